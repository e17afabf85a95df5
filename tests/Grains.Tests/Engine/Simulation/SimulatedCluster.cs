using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.Grains.Tests.Foos;
using OrleansOperator.Grains.Tests.Foos.Model;

namespace OrleansOperator.Grains.Tests.Engine.Simulation;

/// <summary>Silos, the network between them, and the API server with one Foo.</summary>
internal sealed class SimulatedCluster
{
    public static readonly ObjectKey Key = new("default", "foo");

    private int _numbers;
    private int _lost;
    private int _answersLost;

    public SimulatedCluster(int fooRanges, int standbys) => (FooRanges, Standbys) = (fooRanges, standbys);

    public FakeTimeProvider Clock { get; } = new(Given.Now);

    public ModelCluster Api { get; } = new();

    public int FooRanges { get; }

    public int Standbys { get; }

    /// <summary>The silos that run.</summary>
    public List<SimulatedSilo> Silos { get; } = [];

    /// <summary>The membership as the table has it; silos see it later.</summary>
    public Homes Membership => new(Silos.Select(silo => silo.SiloAddress));

    public void Start()
    {
        if (Silos.Count < 5)
            Silos.Add(new SimulatedSilo(this, ++_numbers));
    }

    public void Kill(int index)
    {
        if (Silos.Count < 2)
            return;
        var silo = Silos[index % Silos.Count];
        Silos.Remove(silo);
        silo.Kill();
    }

    /// <summary>The next message is lost.</summary>
    public void LoseMessage() => _lost++;

    /// <summary>The next message arrives, but its answer does not: it is sent again.</summary>
    public void LoseAnswer() => _answersLost++;

    /// <summary>Nothing is lost any more.</summary>
    public void Calm() => (_lost, _answersLost) = (0, 0);

    public bool Loses()
    {
        if (_lost == 0)
            return false;
        _lost--;
        return true;
    }

    public Task SendAsync(SimulatedSilo caller, Observation observation)
    {
        if (caller.IsDead || Loses() || Find(caller.View) is not { } first || Find(first.View) is not { } home)
            return Task.FromException(new TimeoutException("no answer"));
        home.Observe(observation);
        if (_answersLost == 0)
            return Task.CompletedTask;
        _answersLost--;
        return Task.FromException(new TimeoutException("no answer"));
    }

    private SimulatedSilo? Find(Homes view) => view.Of(Key) is { } home ? Silos.Find(silo => silo.SiloAddress.Equals(home)) : null;
}
