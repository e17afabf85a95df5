using System.Net;

namespace OrleansOperator.Silo.Settings;

/// <summary>Something that this process listens on.</summary>
/// <param name="Option">The option that sets it.</param>
/// <param name="Value">Its value, as the option takes it.</param>
/// <param name="EndPoints">Where it listens; several for localhost.</param>
internal sealed record Listener(string Option, string Value, IReadOnlyList<IPEndPoint> EndPoints)
{
    private int Port => EndPoints[0].Port;

    /// <summary>Everything that a silo with these settings listens on.</summary>
    public static IReadOnlyList<Listener> Of(SiloSettings settings)
    {
        List<Listener> listeners = [];
        if (settings.Dev)
            listeners.Add(new("--api-port", $"{settings.ApiPort}", [new(IPAddress.Loopback, settings.ApiPort)]));
        listeners.AddRange(settings.ProbeUrls().Select(url => OfUrl("--urls", url)));
        listeners.AddRange(settings.AdminUrls.Select(url => OfUrl("--admin-urls", url)));
        listeners.Add(new("--silo-port", $"{settings.SiloPort}", [settings.ListenEndPoint(settings.SiloPort)]));
        if (settings.GatewayPort != 0)
            listeners.Add(new("--gateway-port", $"{settings.GatewayPort}", [settings.ListenEndPoint(settings.GatewayPort)]));
        return listeners;
    }

    /// <summary>
    /// Refuses a port that two options have, even where their addresses differ: which of two listeners answers would hang on the
    /// order in which the kernel compares them. And refuses two addresses of one option where one includes the other.
    /// </summary>
    /// <exception cref="SettingsException">Two listeners are in each other's way; the message names both.</exception>
    public static void EnsureApart(SiloSettings settings)
    {
        var listeners = Of(settings);
        for (var i = 0; i < listeners.Count; i++)
        {
            for (var j = i + 1; j < listeners.Count; j++)
                listeners[i].EnsureApart(listeners[j]);
        }
    }

    private static Listener OfUrl(string option, string url)
    {
        var address = ListenAddress.Parse(url);
        return new(option, url, [.. address.Addresses.Select(ip => new IPEndPoint(ip, address.Port))]);
    }

    private void EnsureApart(Listener other)
    {
        if (Port == 0 || Port != other.Port)
            return;
        if (Option != other.Option)
            throw new SettingsException($"{Option} {Value} and {other.Option} {other.Value} use the same port: give each option a port of its own.");
        if (EndPoints.Any(mine => other.EndPoints.Any(its => Includes(mine.Address, its.Address) || Includes(its.Address, mine.Address))))
            throw new SettingsException($"{Option}: {Value} and {other.Value} include the same address: leave one of them out.");
    }

    /// <summary>Whether a listener on the first address has the second one too; all IPv6 addresses are all IPv4 addresses as well.</summary>
    private static bool Includes(IPAddress wide, IPAddress narrow) =>
        wide.Equals(narrow)
        || wide.Equals(IPAddress.IPv6Any)
        || (wide.Equals(IPAddress.Any) && narrow.AddressFamily == wide.AddressFamily);
}
