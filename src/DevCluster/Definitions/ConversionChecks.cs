using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the conversion of a CRD may be (apiextensions, <c>validation.validateCustomResourceConversion</c>).</summary>
internal static class ConversionChecks
{
    private const string Path = "spec.conversion";
    private const string Client = Path + ".webhookClientConfig";
    private const string Form = "; desired format: https://host[/path]";

    private static readonly string[] ReviewVersions = ["v1", "v1beta1"];

    public static void Validate(JsonObject spec, bool isEstablished, List<FieldError> errors)
    {
        if (spec["conversion"] is not JsonObject conversion)
            return;
        var strategy = conversion.Text("strategy") ?? "";
        if (strategy != "None" && spec.Flag("preserveUnknownFields"))
            errors.Add(FieldError.InvalidText($"{Path}.strategy", strategy, "must be None if spec.preserveUnknownFields is true"));
        CrdValidation.Choice(strategy, $"{Path}.strategy", ["None", "Webhook"], errors);
        var webhook = conversion["webhook"] as JsonObject;
        if (strategy == "Webhook")
        {
            ClientConfig(webhook?["clientConfig"] as JsonObject, isEstablished, errors);
            Reviews(webhook.List("conversionReviewVersions") ?? [], errors);
            return;
        }

        if (webhook?["clientConfig"] is not null)
            errors.Add(FieldError.Forbidden(Client, "should not be set when strategy is not set to Webhook"));
        if (webhook.List("conversionReviewVersions") is { Count: > 0 })
            errors.Add(FieldError.Forbidden($"{Path}.conversionReviewVersions", "should not be set when strategy is not set to Webhook"));
    }

    private static void ClientConfig(JsonObject? config, bool isEstablished, List<FieldError> errors)
    {
        if (config is null)
        {
            errors.Add(FieldError.Required(Client, "required when strategy is set to Webhook"));
            return;
        }

        var (url, service) = (config.Text("url"), config["service"] as JsonObject);
        if (url is null == service is null)
            errors.Add(FieldError.Required(Client, "exactly one of url or service is required"));
        else if (url is not null)
            Url(url, errors);
        else
            Service(service!, errors);

        // Before it is established, a CRD may wait for its bundle.
        if (isEstablished && config.Text("caBundle") is { Length: > 0 } bundle && !IsCertificate(bundle))
            errors.Add(FieldError.InvalidText($"{Client}.caBundle", bundle, "unable to load root certificates: unable to parse bytes as PEM block"));
    }

    private static void Url(string text, List<FieldError> errors)
    {
        const string path = Client + ".url";
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var url))
        {
            errors.Add(FieldError.Required(path, "url must be a valid URL: " + Form));
            return;
        }

        var (scheme, host) = url.IsAbsoluteUri ? (url.Scheme, url.Host) : ("", "");
        if (scheme != "https")
            errors.Add(FieldError.InvalidText(path, scheme, "'https' is the only allowed URL scheme" + Form));
        if (host.Length == 0)
            errors.Add(FieldError.InvalidText(path, host, "host must be specified" + Form));
        if (!url.IsAbsoluteUri)
            return;
        if (url.UserInfo.Length > 0)
            errors.Add(FieldError.InvalidText(path, url.UserInfo, "user information is not permitted in the URL"));
        if (url.Fragment.Length > 1)
            errors.Add(FieldError.InvalidText(path, url.Fragment[1..], "fragments are not permitted in the URL"));
        if (url.Query.Length > 1)
            errors.Add(FieldError.InvalidText(path, url.Query[1..], "query parameters are not permitted in the URL"));
    }

    private static void Service(JsonObject service, List<FieldError> errors)
    {
        const string path = Client + ".service";

        // A real server takes one for the other here, in the names of these two fields.
        if (string.IsNullOrEmpty(service.Text("namespace")))
            errors.Add(FieldError.Required($"{path}.name"));
        if (string.IsNullOrEmpty(service.Text("name")))
            errors.Add(FieldError.Required($"{path}.namespace"));
        if (service.Number("port") is < 1 or > 65535)
            errors.Add(FieldError.Invalid($"{path}.port", service["port"].ToText(), "port is not valid: must be between 1 and 65535, inclusive"));
        if (service.Text("path") is not { Length: > 0 } url || url == "/")
            return;
        if (url == "//")
        {
            errors.Add(FieldError.InvalidText($"{path}.path", url, "segment[0] may not be empty"));
            return;
        }

        if (!url.StartsWith('/'))
            errors.Add(FieldError.InvalidText($"{path}.path", url, "must start with a '/'"));
        var segments = url[1..];
        foreach (var (index, segment) in (segments.EndsWith('/') ? segments[..^1] : segments).Split('/').Index())
        {
            if (segment.Length == 0)
                errors.Add(FieldError.InvalidText($"{path}.path", url, $"segment[{index}] may not be empty"));
            else
                errors.AddRange(Names.DnsSubdomain(segment).Select(wrong => FieldError.InvalidText($"{path}.path", url, $"segment[{index}]: {wrong}")));
        }
    }

    private static void Reviews(JsonArray versions, List<FieldError> errors)
    {
        const string path = Path + ".conversionReviewVersions";
        if (versions.Count == 0)
        {
            errors.Add(FieldError.Required(path));
            return;
        }

        var seen = new HashSet<string>();
        foreach (var (index, version) in versions.Select(version => version!.GetValue<string>()).Index())
        {
            if (!seen.Add(version))
                errors.Add(FieldError.InvalidText($"{path}[{index.ToString(CultureInfo.InvariantCulture)}]", version, "duplicate version"));
            else
                errors.AddRange(Names.Dns1035Label(version).Select(wrong => FieldError.InvalidText($"{path}[{index}]", version, wrong)));
        }

        if (!ReviewVersions.Any(seen.Contains))
            errors.Add(FieldError.Invalid(path, versions.ToText(), $"must include at least one of {string.Join(", ", ReviewVersions)}"));
    }

    private static bool IsCertificate(string bundle)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
            return certificates.Count > 0;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
