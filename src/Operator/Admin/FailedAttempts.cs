using System.Net;
using System.Net.Sockets;
using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Admin;

/// <summary>
/// How often each address has shown a wrong token within a minute. Who has done so ten times waits for the minute to end, with the
/// right token too. An IPv6 address counts with its /64, which is one customer's.
/// </summary>
internal sealed class FailedAttempts(TimeProvider time)
{
    public const int Most = 10;

    /// <summary>Addresses that are told apart; further ones count as one.</summary>
    public const int MostAddresses = 1000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Attempts> _attempts = [];

    /// <summary>How long an address has to wait; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        lock (_lock)
        {
            return _attempts.TryGetValue(KeyOf(address), out var attempts) && attempts.Count >= Most && Window - time.GetElapsedTime(attempts.Since) is var wait && wait > TimeSpan.Zero
                ? wait
                : null;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Add(IPAddress address)
    {
        lock (_lock)
        {
            if (_attempts.Count >= MostAddresses)
                RemoveOld();
            var key = KeyOf(address);
            _attempts[key] = _attempts.TryGetValue(key, out var attempts) && time.GetElapsedTime(attempts.Since) < Window
                ? attempts with { Count = attempts.Count + 1 }
                : new Attempts(1, time.GetTimestamp());
        }
    }

    private void RemoveOld()
    {
        foreach (var (address, attempts) in _attempts)
        {
            // Removal does not invalidate the enumerator.
            if (time.GetElapsedTime(attempts.Since) >= Window)
                _attempts.Remove(address);
        }
    }

    private IPAddress KeyOf(IPAddress address)
    {
        address = address.Plain();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            bytes.AsSpan(8).Clear();
            address = new IPAddress(bytes);
        }

        return _attempts.Count < MostAddresses || _attempts.ContainsKey(address) ? address : IPAddress.None;
    }

    private readonly record struct Attempts(int Count, long Since);
}
