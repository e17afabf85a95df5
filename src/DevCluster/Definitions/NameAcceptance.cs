using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// Which of the names that a CRD asks for it gets: those that no other CRD of its group has (apiextensions,
/// <c>status.NamingConditionController</c>).
/// </summary>
/// <param name="Names">The accepted names.</param>
/// <param name="Reason">The reason of the condition NamesAccepted.</param>
/// <param name="Message">Its message.</param>
internal sealed record NameAcceptance(JsonObject Names, string Reason, string Message)
{
    public const string NoConflicts = "NoConflicts";

    /// <summary>Whether it gets all of them.</summary>
    public bool IsComplete => Reason == NoConflicts;

    /// <param name="crd">The CRD.</param>
    /// <param name="others">The other CRDs of its group.</param>
    public static NameAcceptance Decide(JsonObject crd, IReadOnlyList<JsonObject> others)
    {
        var asked = crd["spec"]!["names"]!.AsObject();
        var had = crd.Dig("status", "acceptedNames") as JsonObject ?? [];
        var taken = others.Select(other => other.Dig("status", "acceptedNames")).ToList();
        var resources = taken.SelectMany(names => Texts(names.List("shortNames")).Append(names.Text("plural")).Append(names.Text("singular"))).OfType<string>().ToHashSet();
        var kinds = taken.SelectMany(names => new[] { names.Text("kind"), names.Text("listKind") }).OfType<string>().ToHashSet();
        var accepted = had.Clone();
        var (reason, message) = (NoConflicts, "no conflicts found");
        Take("plural", "PluralConflict", resources);
        Take("singular", "SingularConflict", resources);
        var inUse = Texts(asked.List("shortNames")).Except(Texts(had.List("shortNames"))).Where(resources.Contains).ToList();
        if (inUse.Count == 0)
            Copy("shortNames");
        else
            (reason, message) = ("ShortNamesConflict", inUse.Count == 1 ? InUse(inUse[0]) : $"[{string.Join(", ", inUse.Select(InUse))}]");
        Take("kind", "KindConflict", kinds);
        Take("listKind", "ListKindConflict", kinds);
        Copy("categories");
        return new NameAcceptance(accepted, reason, message);

        // The last conflict is the one that is told.
        void Take(string field, string conflict, HashSet<string> used)
        {
            var name = asked.Text(field) ?? "";
            if (name != had.Text(field) && used.Contains(name))
                (reason, message) = (conflict, InUse(name));
            else
                Copy(field);
        }

        void Copy(string field)
        {
            if (asked[field] is { } value)
                accepted[field] = value.DeepClone();
            else
                accepted.Remove(field);
        }
    }

    private static string InUse(string name) => $"\"{name}\" is already in use";

    private static IEnumerable<string> Texts(JsonArray? names) => (names ?? []).Select(name => name!.GetValue<string>());
}
