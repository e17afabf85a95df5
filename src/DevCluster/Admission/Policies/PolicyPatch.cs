using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Apply;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>What the expression of a mutation makes of an object (apiserver, <c>admission/plugin/policy/mutating/patch</c>).</summary>
internal static class PolicyPatch
{
    /// <summary>Merges an apply configuration (<c>Object{…}</c>) into an object, as server-side apply would.</summary>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="obj">The object; it stays as it is.</param>
    /// <param name="value">What the expression made.</param>
    /// <exception cref="CelException">It is no apply configuration of the kind.</exception>
    public static JsonObject Apply(ResourceInfo kind, JsonObject obj, object? value)
    {
        if (value is not CelStruct configuration)
            throw new CelException($"must evaluate to Object but got {CelValues.TypeOf(value)}");
        CheckTypes(configuration, "Object");
        var applied = (JsonObject)CelJson.Of(configuration)!;
        (applied["apiVersion"], applied["kind"]) = (kind.ApiVersion, kind.Kind);
        var type = new Typing(kind.Rules.MergeSchema);
        var errors = new List<string>();
        type.Validate(applied, "", allowDuplicates: false, errors);
        if (errors.Count > 0)
            throw new CelException($"error applying patch: failed to convert patch object to typed object: {string.Join("\n", errors)}");
        var atomics = new List<string>();
        FindAtomics(type, applied, "", atomics);
        if (atomics.Count > 0)
            throw new CelException($"error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: {string.Join(", ", atomics)}");
        try
        {
            return TypedMerge.Merge(type, obj, applied);
        }
        catch (TypingException e)
        {
            throw new CelException($"error applying patch: failed to merge patch: {e.Message}");
        }
    }

    /// <summary>Applies a list of <c>JSONPatch{…}</c> to an object; a test that fails leaves it as it is.</summary>
    /// <param name="obj">The object; it stays as it is.</param>
    /// <param name="value">What the expression made.</param>
    /// <exception cref="CelException">It is no such list, or cannot be applied.</exception>
    public static JsonObject Patch(JsonObject obj, object? value)
    {
        if (value is not List<object?> list || !list.TrueForAll(item => item is CelStruct { Type: "JSONPatch" }))
            throw new CelException("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
        var operations = new JsonArray([.. list.Select(item => Operation((CelStruct)item!))]);
        try
        {
            return JsonPatch.Apply(obj.Clone(), operations) as JsonObject ?? throw new CelException("JSON Patch: the result is no object");
        }
        catch (PatchException e) when (e.Message.StartsWith("testing value", StringComparison.Ordinal))
        {
            return obj;
        }
        catch (Exception e) when (e is PatchException or InvalidOperationException or Http.ApiException)
        {
            throw new CelException($"JSON Patch: {e.Message}");
        }
    }

    private static JsonObject Operation(CelStruct operation)
    {
        if (operation.Fields.GetValueOrDefault("value") is CelStruct value)
            CheckTypes(value, value.Type);
        return (JsonObject)CelJson.Of(operation)!;
    }

    private static void CheckTypes(CelStruct value, string expected)
    {
        var errors = new List<string>();
        CelJson.CheckTypes(value, expected, errors);
        if (errors.Count > 0)
            throw new CelException($"type mismatch: {string.Join("\n", errors)}");
    }

    /// <summary>An expression that names some fields of what is only ever replaced whole would remove the others.</summary>
    private static void FindAtomics(Typing type, JsonNode? value, string path, List<string> atomics)
    {
        if (value is JsonObject or JsonArray && type.FormOf(value) == MergeForm.Leaf)
        {
            atomics.Add(path);
            return;
        }

        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj)
                FindAtomics(type.Field(name) ?? default, child, $"{path}.{name}", atomics);
        }
        else if (value is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
                FindAtomics(type.Item, list[i], $"{path}[{i}]", atomics);
        }
    }
}
