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
    /// <summary>The first form in the header that is known; whole objects when none is.</summary>
    public static ObjectForm FormOf(HttpContext http)
    {
        foreach (var choice in http.Request.Headers.Accept.ToString().Split(','))
        {
            var parts = choice.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*" or "application/*"))
                continue;
            if (parts.Contains("as=Table") && parts.Contains("v=v1"))
                return ObjectForm.Table;
            if (parts.Contains("as=PartialObjectMetadata") || parts.Contains("as=PartialObjectMetadataList"))
                return ObjectForm.Metadata;
            if (!parts.Any(part => part.StartsWith("as=", StringComparison.Ordinal)))
                return ObjectForm.Whole;
        }

        return ObjectForm.Whole;
    }
}
