using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace OrleansOperator.Fleet.Pages;

/// <summary>A file that pages use, from this assembly. Its URL changes with its content, so that browsers may keep it.</summary>
internal sealed class Asset
{
    private const string Path = "/assets/";

    private readonly byte[] _content;
    private readonly string _type;

    private Asset(string name, string type)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        _content = new byte[stream.Length];
        stream.ReadExactly(_content);
        _type = type;
        Url = $"{Path}{name}?v={Convert.ToHexStringLower(SHA256.HashData(_content).AsSpan(0, 6))}";
        Route = Path + name;
    }

    /// <summary>The style sheet.</summary>
    public static Asset Style { get; } = new("fleet.css", "text/css; charset=utf-8");

    /// <summary>The script.</summary>
    public static Asset Script { get; } = new("fleet.js", "text/javascript; charset=utf-8");

    /// <summary>The icon.</summary>
    public static Asset Icon { get; } = new("fleet.svg", "image/svg+xml");

    /// <summary>Where pages refer to it.</summary>
    public string Url { get; }

    /// <summary>Where it is served.</summary>
    public string Route { get; }

    /// <summary>Sends it.</summary>
    public Task SendAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.ContentType = _type;
        context.Response.ContentLength = _content.Length;
        return context.Response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }
}
