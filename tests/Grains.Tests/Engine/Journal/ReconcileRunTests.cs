using System.Net;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Tests.Foos;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine.Journal;

/// <summary>What is taken down of a reconcile.</summary>
public sealed class ReconcileRunTests : IKubeApi
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly JournaledApi _api;
    private KubeApiException? _error;

    public ReconcileRunTests() => _api = new JournaledApi(this, _clock);

    [Fact]
    public async Task A_request_belongs_to_the_step_that_planned_it()
    {
        var run = Begin();
        run.Planned("Create it", "It is missing");
        await SendAsync("foos", """{"a":1}""");
        run.Planned("Nothing to do", "");

        var record = run.End(ReconcileOutcome.Done, Latency, null, null)!;

        Assert.Equal(["Create it", "Nothing to do"], record.Steps.Select(step => step.Plan));
        var request = Assert.Single(record.Steps[0].Requests);
        Assert.Equal(("PATCH", "/apis/foos/x", """{"a":1}""", "resourceVersion 100"), (request.Method, request.Path, Encoding.UTF8.GetString(request.Body), request.Answer));
        Assert.Equal((null, false, Latency), (request.Code, request.Failed, request.Took));
        Assert.Empty(record.Steps[1].Requests);
    }

    [Fact]
    public async Task A_refusal_is_taken_down_with_its_code_and_reason()
    {
        var run = Begin();
        run.Planned("Create it", "It is missing");
        _error = new KubeApiException(HttpStatusCode.Conflict, "AlreadyExists", "there is one", default);

        await Assert.ThrowsAsync<KubeApiException>(() => SendAsync("foos"));

        var request = run.End(ReconcileOutcome.Failed(), Latency, null, "there is one")!.Steps[0].Requests[0];
        Assert.Equal((409, "AlreadyExists: there is one", true), (request.Code, request.Answer, request.Failed));
    }

    [Fact]
    public async Task No_answer_is_taken_down_without_a_code()
    {
        var run = Begin();
        _error = new KubeApiException("connection refused", default, new IOException());

        await Assert.ThrowsAsync<KubeApiException>(() => SendAsync("foos"));

        var request = run.End(ReconcileOutcome.Failed(), Latency, null, null)!.Steps[0].Requests[0];
        Assert.Equal((null, "connection refused", true), (request.Code, request.Answer, request.Failed));
    }

    [Fact]
    public async Task What_is_large_is_cut()
    {
        var run = Begin();
        run.Planned("Write", new string('w', 100_000));
        _error = new KubeApiException(HttpStatusCode.UnprocessableEntity, "Invalid", new string('m', 100_000), default);

        await Assert.ThrowsAsync<KubeApiException>(() => SendAsync("foos", new string('b', 100_000)));

        var record = run.End(ReconcileOutcome.Failed(), Latency, null, null)!;
        Assert.Equal(ReconcileRun.LongestBody, record.Steps[0].Requests[0].Body.Length);
        Assert.InRange(record.Size, 0, 10_000);
    }

    [Theory]
    [InlineData("secrets")]
    [InlineData("secrets/status")]
    public async Task The_content_of_a_Secret_is_not_kept(string resource)
    {
        var run = Begin();
        await SendAsync(resource, """{"data":{"password":"x"}}""");

        Assert.Empty(run.End(ReconcileOutcome.Done, Latency, null, null)!.Steps[0].Requests[0].Body);
    }

    [Fact]
    public void A_reconcile_that_did_nothing_leaves_no_record_unless_it_failed()
    {
        Assert.Null(Begin().End(ReconcileOutcome.Later(Latency), Latency, null, null));
        Assert.NotNull(Begin().End(ReconcileOutcome.Failed(), Latency, null, "a bug"));
    }

    [Fact]
    public async Task What_comes_after_the_end_is_not_taken_down()
    {
        var run = Begin();
        run.Planned("Write", "");
        var record = run.End(ReconcileOutcome.Done, Latency, null, null)!;

        await SendAsync("foos");
        run.Planned("Again", "");

        Assert.Empty(Assert.Single(record.Steps).Requests);
    }

    [Fact]
    public async Task Outside_of_a_reconcile_requests_go_through_and_leave_nothing()
    {
        Assert.Null(ReconcileRun.Current);
        Assert.Equal(100, (await SendAsync("foos")).ResourceVersion);
    }

    public Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        _clock.Advance(Latency);
        return _error is null ? Task.FromResult((TResult)(object)Given.Foo()) : Task.FromException<TResult>(_error);
    }

    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    private ReconcileRun Begin() => ReconcileRun.Begin("probe", "default/x", _clock.GetUtcNow());

    private Task<Interfaces.ResourceSnapshot> SendAsync(string resource, string body = "") => _api.SendAsync(
        new KubeRequest(HttpMethod.Patch, "/apis/foos/x") { Body = Encoding.UTF8.GetBytes(body), Target = new RequestTarget("patch", resource, "default") },
        FooController.Foos.Json, TestContext.Current.CancellationToken);
}
