using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>
/// Which mutating policies or webhooks are asked once more because others have changed the object after them (apiserver,
/// <c>admission/plugin/webhook/mutating/reinvocationcontext.go</c>).
/// </summary>
internal sealed class Reinvocation
{
    private readonly HashSet<object> _invoked = [];
    private readonly HashSet<object> _again = [];
    private JsonObject? _last;

    /// <summary>Whether it is the second round.</summary>
    public bool IsAgain { get; private set; }

    /// <summary>Whether the object was changed, so that there is to be a second round.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>Begins a round.</summary>
    /// <param name="again">Whether it is the second.</param>
    /// <param name="obj">The object as it is now.</param>
    public void Begin(bool again, JsonObject? obj)
    {
        IsAgain = again;
        if (again && !JsonNode.DeepEquals(obj, _last))
            RequireAll();
    }

    /// <summary>Ends a round.</summary>
    public void End(JsonObject? obj) => _last = obj?.Clone();

    /// <summary>Whether one is to be asked in this round.</summary>
    public bool Includes(object key) => !IsAgain || _again.Contains(key);

    /// <summary>Notes what came of asking one.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="hasChanged">Whether it changed the object.</param>
    /// <param name="isReinvocable">Whether it wants to see what later ones change.</param>
    public void Note(object key, bool hasChanged, bool isReinvocable)
    {
        if (hasChanged)
        {
            RequireAll();
            IsNeeded = true;
        }

        if (isReinvocable)
            _invoked.Add(key);
    }

    private void RequireAll()
    {
        _again.UnionWith(_invoked);
        _invoked.Clear();
    }
}
