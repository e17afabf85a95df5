namespace OrleansOperator.Fleet.Html;

/// <summary>An attribute that an element has or not.</summary>
/// <param name="Name">Its name: markup, never a value from elsewhere.</param>
/// <param name="Value">Its value; null for no attribute at all.</param>
internal readonly record struct HtmlAttribute(string Name, string? Value);
