namespace OrleansOperator.DevCluster.Http;

/// <summary>In which form the client wants objects.</summary>
internal enum ObjectForm
{
    Whole,
    Table,
    Metadata,
}

/// <summary>Reads the Accept header.</summary>
internal static class AcceptHeader
{
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";

    /// <summary>The first form in the header that this server can give.</summary>
    /// <exception cref="ApiException">406: it can give none.</exception>
    public static ObjectForm FormOf(HttpContext http) => Read(http)?.Form ?? throw ApiErrors.NotAcceptable();

    /// <summary>What answers are marked as. YAML clients get JSON, which is YAML.</summary>
    public static string TypeOf(HttpContext http) => Read(http)?.Type ?? Json;

    private static (ObjectForm Form, string Type)? Read(HttpContext http)
    {
        var header = http.Request.Headers.Accept.ToString();
        if (header is "" or Json or "*/*")
            return (ObjectForm.Whole, Json);
        foreach (var choice in header.Split(','))
        {
            var parts = choice.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not (Json or Yaml or "*/*" or "application/*"))
                continue;
            ObjectForm? form = Array.Find(parts, part => part.StartsWith("as=", StringComparison.Ordinal)) switch
            {
                null => ObjectForm.Whole,
                "as=Table" when parts.Contains("v=v1") => ObjectForm.Table,
                "as=PartialObjectMetadata" or "as=PartialObjectMetadataList" when parts.Contains("v=v1") => ObjectForm.Metadata,
                _ => null,
            };
            if (form is { } known)
                return (known, parts[0] == Yaml ? Yaml : Json);
        }

        return null;
    }
}
