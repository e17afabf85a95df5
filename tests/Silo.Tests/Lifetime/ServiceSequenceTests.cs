using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansOperator.Silo.Lifetime;

namespace OrleansOperator.Silo.Tests.Lifetime;

/// <summary>In which order parts start and stop, and what becomes of one that hangs, fails or crashes.</summary>
public sealed class ServiceSequenceTests
{
    private readonly List<string> _did = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_start_one_after_the_other_and_stop_in_reverse()
    {
        using var host = Build(new Part("a", _did), new Part("b", _did), new Part("c", _did));
        await host.StartAsync(Token);
        await host.Sequence.Settled();

        await host.StopAsync(Token);

        Assert.Equal(["a starts", "b starts", "c starts", "c stops", "b stops", "a stops"], _did);
        Assert.Empty(host.Sequence.Unfinished);
    }

    [Fact]
    public async Task A_step_that_waits_holds_up_those_after_it_and_not_the_host()
    {
        var waiting = new Part("b", _did) { Starts = new TaskCompletionSource() };
        using var host = Build(new Part("a", _did), waiting, new Part("c", _did));

        await host.StartAsync(Token);
        await waiting.Starting.Task;

        Assert.Equal("starting b", host.Sequence.Doing);
        Assert.Equal(["a starts", "b starts"], _did);
        waiting.Starts.SetResult();
        await host.Sequence.Settled();
        Assert.Equal(["a starts", "b starts", "c starts"], _did);
        Assert.Null(host.Sequence.Doing);
    }

    [Fact]
    public async Task A_start_that_is_interrupted_is_undone_and_what_came_before_is_stopped()
    {
        var waiting = new Part("b", _did) { Starts = new TaskCompletionSource() };
        using var host = Build(new Part("a", _did), waiting, new Part("c", _did));
        await host.StartAsync(Token);
        await waiting.Starting.Task;

        await host.StopAsync(Token);

        Assert.Equal(["a starts", "b starts", "b is undone", "a stops"], _did);
        Assert.Null(host.Sequence.StartFailure);
        Assert.Empty(host.Sequence.Unfinished);
    }

    [Fact]
    public async Task A_step_that_cannot_start_stops_the_host()
    {
        var failing = new Part("b", _did) { Starts = new TaskCompletionSource() };
        failing.Starts.SetException(new InvalidOperationException("no"));
        using var host = Build(new Part("a", _did), failing, new Part("c", _did));

        await host.StartAsync(Token);
        await host.WaitForShutdownAsync(Token);

        Assert.Equal("no", host.Sequence.StartFailure?.Message);
        Assert.Equal(["a starts", "b starts", "b is undone", "a stops"], _did);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_background_service_that_ends_by_itself_stops_the_host(bool fails)
    {
        var crashing = new Background();
        using var host = Build(new Part("a", _did), crashing);
        await host.StartAsync(Token);
        await host.Sequence.Settled();

        if (fails)
            crashing.Runs.SetException(new InvalidOperationException("oh"));
        else
            crashing.Runs.SetResult();
        await host.WaitForShutdownAsync(Token);

        Assert.Equal(fails ? "oh" : "background ended.", host.Sequence.Crash?.Message);
        Assert.Equal(["a starts", "a stops"], _did);
    }

    [Fact]
    public async Task A_step_that_does_not_stop_in_its_time_is_left_behind_and_named()
    {
        using var host = Build(new Part("a", _did), new Part("b", _did) { Stops = new TaskCompletionSource() });
        host.Sequence.StopTime = TimeSpan.FromMilliseconds(50);
        await host.StartAsync(Token);
        await host.Sequence.Settled();

        await host.StopAsync(Token);

        Assert.Equal(["a starts", "b starts", "b stops", "a stops"], _did);
        Assert.Equal(["stopping b"], host.Sequence.Unfinished);
    }

    private static TestHost Build(params IHostedService[] parts)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        foreach (var part in parts)
        {
            var (name, undo) = part is Part { } known ? (known.Name, known.UndoAsync) : ("background", (Func<IServiceProvider, CancellationToken, Task>?)null);
            builder.Services.AddStep(name, services => services.AddSingleton<IHostedService>(_ => part), undo);
        }

        return new TestHost(builder.Build());
    }

    private sealed class TestHost(IHost host) : IDisposable
    {
        public ServiceSequence Sequence { get; } = host.Services.GetRequiredService<ServiceSequence>();

        public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);

        public Task WaitForShutdownAsync(CancellationToken cancellationToken) => host.WaitForShutdownAsync(cancellationToken);

        public void Dispose() => host.Dispose();
    }

    private sealed class Part(string name, List<string> did) : IHostedService
    {
        public string Name => name;

        public TaskCompletionSource Starting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? Starts { get; init; }

        public TaskCompletionSource? Stops { get; init; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            did.Add($"{name} starts");
            Starting.SetResult();
            if (Starts is not null)
                await Starts.Task.WaitAsync(cancellationToken);
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            did.Add($"{name} stops");
            if (Stops is not null)
                await Stops.Task.WaitAsync(CancellationToken.None);
        }

        public Task UndoAsync(IServiceProvider services, CancellationToken cancellationToken)
        {
            did.Add($"{name} is undone");
            return Task.CompletedTask;
        }
    }

    private sealed class Background : BackgroundService
    {
        public TaskCompletionSource Runs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Runs.Task;
    }
}
