using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>What attributes and documentation say of a field, attributes in the order in which they are written.</summary>
/// <param name="Keywords">The keywords of its schema.</param>
/// <param name="ItemKeywords">Those of the items of the list, or the values of the map, that it is.</param>
/// <param name="Description">Its description: [Description], or else the summary of its documentation.</param>
internal sealed record SchemaAttributes(IReadOnlyList<SchemaAttribute> Keywords, IReadOnlyList<SchemaAttribute> ItemKeywords, string? Description)
{
    /// <summary>Nothing is said.</summary>
    public static SchemaAttributes None { get; } = new([], [], null);

    /// <summary>Of a property; those of a positional record are written at the parameter.</summary>
    public static SchemaAttributes Of(JsonPropertyInfo property)
    {
        var said = Of([property.AttributeProvider, property.AssociatedParameter?.AttributeProvider]);

        // What this project's own base types say is about programming.
        return said.Description is null && property.AttributeProvider is PropertyInfo member && member.DeclaringType!.Assembly != typeof(SchemaAttribute).Assembly
            ? said with { Description = XmlDocumentation.Of(member) }
            : said;
    }

    /// <summary>Of the items of the list, or the values of the map.</summary>
    public SchemaAttributes OfItems() => new(ItemKeywords, [], null);

    /// <summary>With what every field of a type has: its keywords come first, its description counts where the field has none.</summary>
    public SchemaAttributes With(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var ofType = Of([bare]);
        return new SchemaAttributes(
            [.. ofType.Keywords, .. Keywords], [.. ofType.ItemKeywords, .. ItemKeywords], Description ?? ofType.Description ?? XmlDocumentation.Of(bare));
    }

    /// <summary>The attribute of a type, if there is one.</summary>
    public T? Find<T>()
        where T : SchemaAttribute => Keywords.OfType<T>().LastOrDefault();

    private static SchemaAttributes Of(IEnumerable<ICustomAttributeProvider?> providers)
    {
        var all = providers.SelectMany(static provider => provider?.GetCustomAttributes(inherit: true) ?? []).ToList();
        var items = all.OfType<SchemaAttribute>().ToLookup(static attribute => attribute.Items);
        return new SchemaAttributes([.. items[false]], [.. items[true]], all.OfType<DescriptionAttribute>().FirstOrDefault()?.Description);
    }
}
