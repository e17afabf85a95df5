using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>What a request does to an object, as admission names it.</summary>
internal enum AdmissionOperation
{
    Create,
    Update,
    Delete,
}

/// <summary>Who asks for a write, and who hears what admission has to say about it.</summary>
internal interface IAdmissionRequester
{
    UserInfo User { get; }

    CancellationToken Aborted { get; }

    /// <summary>The options of the request: CreateOptions and the like.</summary>
    JsonObject OperationOptions();

    /// <summary>Adds a warning to the answer.</summary>
    void Warn(string text);

    /// <summary>Adds an annotation to the audit entry; the first of a key stays.</summary>
    void Annotate(string key, string value);
}

/// <summary>A write that is to be admitted (apiserver, <c>admission.Attributes</c>).</summary>
internal sealed class AdmissionAttributes
{
    public required IAdmissionRequester By { get; init; }

    public required AdmissionOperation Operation { get; init; }

    /// <summary>The resource in the request.</summary>
    public required ResourceInfo Resource { get; init; }

    public string? Subresource { get; init; }

    /// <summary>The kind of the object in the request: that of the resource, but for subresources such as the scale.</summary>
    public required ResourceInfo Kind { get; init; }

    /// <summary>The namespace; of a Namespace its own name; empty for other cluster-wide kinds.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name; empty when it is still to be generated.</summary>
    public required string Name { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>The new object, in the form of <see cref="Kind"/>; null for a deletion. Mutating admission replaces it.</summary>
    public required JsonObject? Object { get; set; }

    /// <summary>The object that is changed or deleted, or null.</summary>
    public required JsonObject? OldObject { get; init; }

    /// <summary>CREATE, UPDATE or DELETE.</summary>
    public string OperationName => Operation switch
    {
        AdmissionOperation.Create => "CREATE",
        AdmissionOperation.Update => "UPDATE",
        _ => "DELETE",
    };

    /// <summary>Whether the request is about a Namespace itself.</summary>
    public bool IsNamespace => Resource.StoreName == "namespaces";

    /// <summary>An object as another version of its kind shows it; the object itself for the kind in the request.</summary>
    /// <param name="obj">The object in the form of <see cref="Kind"/>, or null.</param>
    /// <param name="kind">The other kind.</param>
    public JsonObject? As(JsonObject? obj, ResourceInfo kind) =>
        obj is null || kind.ApiVersion == Kind.ApiVersion ? obj : kind.Rules.FromStored(Kind.Rules.ToStored(obj.Clone()));

    /// <summary>The new object as a version of the resource shows it.</summary>
    public JsonObject? View(ResourceInfo matched) => As(Object, KindOf(matched));

    /// <summary>Puts a changed object, in the form of a version of the resource, in the place of the new object.</summary>
    /// <returns>Whether it differs.</returns>
    /// <exception cref="Http.ApiException">500: it does not have the form of its kind.</exception>
    public bool Replace(ResourceInfo matched, JsonObject changed)
    {
        var kind = KindOf(matched);
        try
        {
            changed = ObjectDecoding.Decoded(kind, changed, []);
        }
        catch (Http.ApiException e) when (e.Code == 400)
        {
            throw AdmissionErrors.Internal(e.Message);
        }

        if (JsonNode.DeepEquals(View(matched), changed))
            return false;
        Object = kind.ApiVersion == Kind.ApiVersion ? changed : Kind.Rules.FromStored(kind.Rules.ToStored(changed));
        return true;
    }

    /// <summary>The version of the object's kind for a version of the resource: subresources such as the scale have one only.</summary>
    public ResourceInfo KindOf(ResourceInfo matched) => Kind == Resource ? matched : Kind;
}
