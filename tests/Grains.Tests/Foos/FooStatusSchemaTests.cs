using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Tests.Support;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>Row 19: what the CRD in the cluster keeps of a status is learned from the server's answers.</summary>
public sealed class FooStatusSchemaTests
{
    private static readonly DesiredStatus Sent = Given.Status(1, 1, Given.Ready(Given.Foo(), "True", FooReasons.Available, ""));

    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly LogLines<StatusSchema> _log = new();
    private readonly StatusSchema _schema;

    public FooStatusSchemaTests() => _schema = new StatusSchema(FooController.Foos, _clock, _log);

    [Fact]
    public void Before_anything_is_learned_it_is_to_be_asked_and_all_is_assumed_to_be_kept()
    {
        Assert.True(_schema.IsUnknown);
        Assert.Equal(StatusFields.All, _schema.Kept);
    }

    [Fact]
    public void This_projects_CRD_is_learned_for_good_and_no_word_is_said()
    {
        _schema.Learn(Given.ReadyFoo(), Sent);
        _clock.Advance(TimeSpan.FromDays(30));

        Assert.False(_schema.IsUnknown);
        Assert.Equal(StatusFields.All, _schema.Kept);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(false, false, false, "status.conditions, status.observedGeneration, status.selector")]
    [InlineData(true, false, true, "status.observedGeneration")]
    [InlineData(false, true, true, "status.conditions")]
    [InlineData(true, true, false, "status.selector")]
    public void An_older_CRD_is_logged_once_with_the_fields_it_does_not_keep(bool conditions, bool observedGeneration, bool selector, string missing)
    {
        var answer = Given.ReadyFoo() with { ObservedGeneration = observedGeneration ? 1 : null, HasSelector = selector };
        if (!conditions)
            answer = answer with { Conditions = [] };

        _schema.Learn(answer, Sent);
        _schema.Learn(answer, Sent);

        Assert.Equal(Given.Kept(conditions, observedGeneration, selector), _schema.Kept);
        var line = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains($"does not keep {missing}.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_CRD_may_be_replaced_so_it_is_asked_again_after_a_while()
    {
        _schema.Learn(Given.ReadyFoo() with { Conditions = [], ObservedGeneration = null, HasSelector = false }, Sent);
        Assert.False(_schema.IsUnknown);

        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(_schema.IsUnknown);

        _schema.Learn(Given.ReadyFoo(), Sent);
        Assert.Equal((false, StatusFields.All), (_schema.IsUnknown, _schema.Kept));
    }
}
