using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the server writes into the status of a CRD.</summary>
internal static class CrdStatus
{
    public static bool IsEstablished(JsonObject crd) => Find(crd, "Established").Text("status") == "True";

    /// <summary>Sets the accepted names and their condition. A CRD that got all its names once stays established.</summary>
    public static void SetNames(JsonObject crd, NameAcceptance names, string now)
    {
        crd.Ensure("status")["acceptedNames"] = names.Names.DeepClone();
        Set(crd, "NamesAccepted", names.IsComplete, names.Reason, names.Message, now);
        if (IsEstablished(crd))
            return;
        if (names.IsComplete)
            Set(crd, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now);
        else
            Set(crd, "Established", false, "NotAccepted", "not all names are accepted", now);
    }

    /// <summary>Sets the condition that tells whether a CRD of a protected group is approved.</summary>
    public static void SetApproval(JsonObject crd, string now)
    {
        if (ApiApproval.ConditionOf(crd) is { } approval)
            Set(crd, ApiApproval.Condition, approval.Conforms, approval.Reason, approval.Message, now);
    }

    private static void Set(JsonObject crd, string type, bool holds, string reason, string message, string now)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = holds ? "True" : "False",
            ["lastTransitionTime"] = now,
            ["reason"] = reason,
            ["message"] = message,
        };
        if (crd["status"].List("conditions") is not { } conditions)
            crd["status"]!["conditions"] = conditions = [];
        if (Find(crd, type) is not { } before)
        {
            conditions.Add(condition);
            return;
        }

        if (before.Text("status") == condition.Text("status"))
            condition["lastTransitionTime"] = before["lastTransitionTime"]?.DeepClone();
        conditions[conditions.IndexOf(before)] = condition;
    }

    private static JsonObject? Find(JsonObject crd, string type) =>
        (crd["status"].List("conditions") ?? []).OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
}
