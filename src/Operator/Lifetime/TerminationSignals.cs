using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansOperator.Silo.Lifetime;

/// <summary>
/// SIGTERM and SIGINT from the first line of the program on, before there is a host to take them: the first asks for an orderly
/// shutdown, the second ends the process at once.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    /// <summary>Added to a signal's number: the exit code of a process that a signal ended, by the shells' convention.</summary>
    private const int SignalExit = 128;

    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly LastResort _lastResort;

    /// <summary>Takes the signals from now on.</summary>
    /// <param name="lastResort">Ends a shutdown that takes too long, counted from the signal.</param>
    public TerminationSignals(LastResort lastResort)
    {
        _lastResort = lastResort;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, 2)),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _first.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _first.Dispose();
    }

    private void Take(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (_first.IsCancellationRequested)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A second {context.Signal}: exits at once."));
            Environment.Exit(SignalExit + number);
        }

        _lastResort.Arm();
        _first.Cancel();
    }
}
