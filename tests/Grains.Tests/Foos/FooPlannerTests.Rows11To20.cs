using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>Rows 11 to 20: what stands in the way, and what is not to be done.</summary>
public sealed partial class FooPlannerTests
{
    [Fact]
    public void Row_11_without_a_deploymentName_nothing_is_made()
    {
        var known = Given.Known(Given.Foo(deployment: ""));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal((0, "False", "DeploymentNameMissing"), (write.Status.AvailableReplicas, write.Status.Ready.Status, write.Status.Ready.Reason));
        Assert.Null(write.Event);
        Assert.IsType<Step.Stall>(PlanAfter(known, write));
    }

    [Theory]
    [InlineData(".", "is '.', which is no name")]
    [InlineData("..", "is '..', which is no name")]
    [InlineData("a/b", "contains '/'")]
    [InlineData("a%2fb", "contains '%'")]
    [InlineData(null, "has 20000 characters, more than 253")]
    public void Row_22_a_deploymentName_that_is_no_name_is_told_and_nothing_is_asked_for_it(string? name, string problem)
    {
        var known = Given.Known(Given.ReadyFoo().Edited() with { DeploymentName = name ?? new string('x', 20_000) }, Given.Deployment());

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(("False", "DeploymentNameInvalid", 2), (write.Status.Ready.Status, write.Status.Ready.Reason, write.Status.Ready.ObservedGeneration));
        Assert.Equal($"spec.deploymentName {problem}: set it to the name of the Deployment.", write.Status.Ready.Message);
        Assert.Equal(EventType.Warning, write.Event?.Type);
        Assert.IsType<Step.Stall>(PlanAfter(known, write));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Row_12_nothing_is_written_for_a_Foo_that_is_deleted_or_being_deleted(bool finalizers)
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment() with { Image = "nginx:1.0" });
        var last = Given.ReadyFoo() with { ResourceVersion = 200, Deleting = finalizers };
        known.Observe(finalizers ? Given.Seen(last) : Given.Gone(last));

        Assert.IsType<Step.Done>(Plan(known));
        known.TakeAnswer("web", null, known.Find("web"));
        Assert.IsType<Step.Done>(Plan(known));
    }

    [Fact]
    public void Row_13_a_Foo_made_again_does_not_take_its_predecessors_Deployment_for_its_own()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        var again = Given.Foo() with { Uid = "uid of the second", ResourceVersion = 300 };
        known.Observe(Given.Seen(again));

        // The tombstone of the first comes late.
        Assert.False(known.Observe(Given.Gone(Given.ReadyFoo())));
        Assert.Equal(EngineReasons.ErrResourceExists, Assert.IsType<Step.WriteStatus>(Plan(known)).Status.Ready.Reason);

        known.Observe(Given.Gone(Given.Deployment()));
        Assert.Equal(Given.Create("web", 1), Plan(known));
    }

    [Fact]
    public void Row_14_of_two_Foos_that_name_one_Deployment_the_second_is_told_that_it_exists()
    {
        var first = Given.Deployment() with { Controller = new ControllerReference("samplecontroller.k8s.io/v1alpha1", "Foo", "first", "uid of the first") };

        var write = Assert.IsType<Step.WriteStatus>(Plan(Given.Known(Given.Foo(), first)));

        Assert.Equal((0, EngineReasons.ErrResourceExists), (write.Status.AvailableReplicas, write.Status.Ready.Reason));
    }

    [Fact]
    public void Row_15_what_the_server_calls_invalid_is_told_once_and_not_tried_again()
    {
        var known = Refused();

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(("False", "DeploymentInvalid", "no DNS label"), (write.Status.Ready.Status, write.Status.Ready.Reason, write.Status.Ready.Message));
        Assert.Equal(new PlannedEvent(EventType.Warning, "DeploymentInvalid", "no DNS label"), write.Event);
        Assert.IsType<Step.Stall>(PlanAfter(known, write));
    }

    [Fact]
    public void Row_15_it_is_tried_again_when_the_Foo_changes()
    {
        var known = Refused();
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        known.Take(known.Foo!.Edited() with { DeploymentName = "good-name" });

        Assert.Equal("good-name", Assert.IsType<Step.Read>(Plan(known)).Name);
    }

    [Fact]
    public void Row_15_it_is_tried_again_at_a_resync_and_told_no_second_time()
    {
        var known = Refused();
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        known.Resync();
        known.TakeAnswer("Bad_Name", null, known.Find("Bad_Name"));
        Given.Confirm(known);
        Assert.IsType<Step.Create>(Plan(known));
        known.Refused = new Refusal(Given.FooUid, 1, "Deployment", "no DNS label");

        Assert.IsType<Step.Stall>(Plan(known));
    }

    [Fact]
    public void Row_15_after_a_restart_the_status_says_that_it_was_refused()
    {
        var known = Refused();
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        Assert.IsType<Step.Stall>(Plan(Given.Known(known.Foo!)));
    }

    [Fact]
    public void Row_15_a_message_that_is_too_long_for_a_condition_is_cut_and_told_once()
    {
        var known = Given.KnownWithout(Given.Foo());
        known.Refused = new Refusal(Given.FooUid, 1, "Deployment", string.Concat(Enumerable.Repeat("😀", 20_000)));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(write.Status.Ready.Message), 32_760, 32_768);
        Assert.Equal(write.Status.Ready.Message, write.Event?.Message);
        Assert.IsType<Step.Stall>(PlanAfter(known, write));
    }

    [Fact]
    public void Row_15_a_status_that_is_refused_as_invalid_is_not_written_again()
    {
        var known = Given.Known(Given.Foo(), Given.Deployment());
        var write = Assert.IsType<Step.WriteStatus>(Plan(known));
        known.RefusedStatus = new RefusedStatus(Given.FooUid, write.Status);

        Assert.IsType<Step.Stall>(Given.Plan(known, StatusFields.All, Given.Now.AddHours(1)));

        // Another one may be taken, and so may this one after a resync.
        known.Take(Given.Deployment(available: 0) with { ResourceVersion = 51 });
        Assert.IsType<Step.WriteStatus>(Plan(known));
        known.Take(Given.Deployment() with { ResourceVersion = 52 });
        known.Resync();
        Assert.IsType<Step.WriteStatus>(Plan(known));
    }

    [Theory]
    [InlineData(9, false, null)]
    [InlineData(10, false, "ApiServerUnavailable")]
    [InlineData(0, true, "ApiServerUnavailable")]
    public void Row_24_what_keeps_a_Foo_from_being_synced_is_told_before_it_is_tried_again(int seconds, bool isRefusal, string? told)
    {
        var deployment = Given.Deployment();
        var known = Given.Known(Given.ReadyFoo(), deployment);
        known.Take(known.Foo!.Edited() with { Replicas = 3 });
        known.Trouble = new Trouble(Given.FooUid, Given.Now.AddSeconds(-seconds), "ApiServerUnavailable", "out of order", isRefusal);
        var repair = Given.Patch(deployment, 3, Image: false, AppLabel: false, ControllerLabel: false);

        if (told is null)
        {
            Assert.Equal(repair, Plan(known));
            return;
        }

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));
        Assert.Equal((1, 2, "False", told, "out of order"), (write.Status.AvailableReplicas, write.Status.ObservedGeneration, write.Status.Ready.Status, write.Status.Ready.Reason, write.Status.Ready.Message));
        Assert.Equal(new PlannedEvent(EventType.Warning, told, "out of order"), write.Event);
        Assert.Equal(repair, PlanAfter(known, write));
    }

    [Fact]
    public void Row_24_when_nothing_is_left_to_be_asked_the_trouble_is_over()
    {
        var foo = Given.Foo();
        var known = Given.Known(foo.With(1, Given.Ready(foo, "False", "QuotaExceeded", "exceeded quota")), Given.Deployment());
        known.Trouble = new Trouble(Given.FooUid, Given.Now.AddHours(-1), "QuotaExceeded", "exceeded quota", IsRefusal: true);

        Assert.Equal(FooReasons.Available, Assert.IsType<Step.WriteStatus>(Plan(known)).Status.Ready.Reason);
    }

    [Fact]
    public void Row_18_when_all_is_well_nothing_is_written()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.IsType<Step.Done>(Plan(known));
    }

    [Theory]
    [InlineData(ObservationCause.Change)]
    [InlineData(ObservationCause.Backlog)]
    [InlineData(ObservationCause.Contradiction)]
    public void Row_18_what_is_told_twice_is_no_news(ObservationCause cause)
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.False(known.Observe(Given.Seen(Given.ReadyFoo(), cause)));
        Assert.False(known.Observe(Given.Seen(Given.Deployment(), cause)));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    public void Row_19_fields_that_the_CRD_does_not_keep_make_no_difference(bool conditions, bool observedGeneration, bool selector)
    {
        var kept = Given.Kept(conditions, observedGeneration, selector);
        var known = Given.Known(Given.Foo(), Given.Deployment());
        var write = Assert.IsType<Step.WriteStatus>(Plan(known, kept));
        Assert.Equal(EngineReasons.Synced, write.Event?.Reason);

        var pruned = Pruned(known.Foo!.With(write.Status), kept);
        known.Synced = new SyncedGeneration(Given.FooUid, 1);
        known.Take(pruned);
        Assert.IsType<Step.Done>(Plan(known, kept));

        // Nor does a restart.
        Assert.IsType<Step.Done>(Plan(Given.Known(pruned, Given.Deployment()), kept));
    }

    [Fact]
    public void Row_19_with_an_older_CRD_each_generation_is_called_Synced_all_the_same()
    {
        var kept = Given.Kept(false, false, false);
        var known = Given.Known(Pruned(Given.ReadyFoo(), kept), Given.Deployment());
        Assert.IsType<Step.Done>(Plan(known, kept));

        known.Take(known.Foo!.Edited());

        Assert.Equal(EngineReasons.Synced, Assert.IsType<Step.Tell>(Plan(known, kept)).Event.Reason);
        known.Synced = new SyncedGeneration(Given.FooUid, 2);
        Assert.IsType<Step.Done>(Plan(known, kept));
    }

    [Fact]
    public void Row_19_with_an_older_CRD_a_warning_is_given_once()
    {
        var kept = Given.Kept(false, false, false);
        var known = Given.Known(Pruned(Given.Foo().With(0, Given.Ready(Given.Foo(), "False", "x", "")), kept), Given.Deployment(ownerUid: "another uid"));

        Assert.Equal((EventType.Warning, "ErrResourceExists"), Assert.IsType<Step.Tell>(Plan(known, kept)).Event is var told ? (told.Type, told.Reason) : default);
        known.Reported = new ReportedReason(Given.FooUid, 1, "ErrResourceExists");

        Assert.IsType<Step.Retry>(Plan(known, kept));
    }

    [Fact]
    public void Row_20_what_is_changed_back_is_told_once_and_left_for_long()
    {
        var known = Resisted();

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        const string Message = "Deployment web is changed back whenever it is written: image mirror/nginx instead of nginx:latest";
        Assert.Equal((1, "False", "ChangedByAdmission", Message), (write.Status.AvailableReplicas, write.Status.Ready.Status, write.Status.Ready.Reason, write.Status.Ready.Message));
        Assert.Equal(new PlannedEvent(EventType.Warning, "ChangedByAdmission", Message), write.Event);
        Assert.Equal(new Step.Wait(Given.Now.AddMinutes(5)), PlanAfter(known, write));
    }

    [Theory]
    [InlineData("the Foo changes")]
    [InlineData("someone else changes the Deployment")]
    [InlineData("the Deployment is another")]
    [InlineData("the time is up")]
    public void Row_20_it_is_tried_again_when(string what)
    {
        var known = Resisted();
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));
        var deployment = known.Find("web").Object! with { ResourceVersion = 60 };
        var now = Given.Now;
        switch (what)
        {
            case "the Foo changes":
                known.Take(known.Foo!.Edited());
                break;
            case "someone else changes the Deployment":
                known.Take(deployment with { Generation = deployment.Generation + 1 });
                break;
            case "the Deployment is another":
                known.Take(deployment with { Uid = "uid of another" });
                break;
            default:
                now = now.AddMinutes(5);
                break;
        }

        if (Given.Plan(known, StatusFields.All, now) is Step.ReadObject)
            Given.Confirm(known);
        Assert.True(Assert.IsType<Step.Patch>(Given.Plan(known, StatusFields.All, now)).Image);
    }

    [Fact]
    public void Row_20_a_change_of_the_Deployments_status_is_no_reason_to_try_again()
    {
        var known = Resisted();
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        known.Take(known.Find("web").Object! with { ResourceVersion = 60, AvailableReplicas = 0 });

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));
        Assert.Equal((0, EngineReasons.ChangedByAdmission, null), (write.Status.AvailableReplicas, write.Status.Ready.Reason, write.Event));
        Assert.IsType<Step.Wait>(PlanAfter(known, write));
    }

    [Fact]
    public void Row_20_after_a_restart_the_status_says_that_it_is_changed_back()
    {
        var before = Resisted();
        PlanAfter(before, Assert.IsType<Step.WriteStatus>(Plan(before)));
        var known = Given.Known(before.Foo!, before.Find("web").Object!);

        var patch = Assert.IsType<Step.Patch>(Plan(known));
        Assert.True(known.RecallResistance(patch.Child, patch.There, patch.Difference, TimeSpan.FromMinutes(5), Given.Now));

        Assert.Equal(new Step.Wait(Given.Now.AddMinutes(5)), Plan(known));
    }

    [Fact]
    public void Row_20_after_a_restart_a_difference_of_another_kind_is_repaired()
    {
        var before = Resisted();
        PlanAfter(before, Assert.IsType<Step.WriteStatus>(Plan(before)));
        var known = Given.Known(before.Foo!, before.Find("web").Object! with { Replicas = 8 });

        var patch = Assert.IsType<Step.Patch>(Plan(known));
        Assert.False(known.RecallResistance(patch.Child, patch.There, patch.Difference, TimeSpan.FromMinutes(5), Given.Now));
    }

    private static ObjectKnowledge Refused()
    {
        var known = Given.KnownWithout(Given.Foo(deployment: "Bad_Name"));
        known.Refused = new Refusal(Given.FooUid, 1, "Deployment", "no DNS label");
        return known;
    }

    private static ObjectKnowledge Resisted()
    {
        var deployment = Given.Deployment() with { Image = "mirror/nginx" };
        var known = Given.Known(Given.ReadyFoo(), deployment);
        known.Resisted = new Resistance(deployment.Uid, deployment.Generation, 1, 1, Given.Now.AddMinutes(5));
        return known;
    }

    private static Step Plan(ObjectKnowledge known) => Plan(known, StatusFields.All);

    private static Step Plan(ObjectKnowledge known, StatusFields kept) => Given.Plan(known, kept, Given.Now);

    /// <summary>What comes next when the status was written and its Event recorded.</summary>
    private static Step PlanAfter(ObjectKnowledge known, Step.WriteStatus write)
    {
        known.Take(known.Foo!.With(write.Status));
        return Plan(known);
    }

    private static FooSnapshot Pruned(FooSnapshot foo, StatusFields kept) => foo with
    {
        Conditions = kept.Conditions ? foo.Conditions : [],
        ObservedGeneration = kept.ObservedGeneration ? foo.ObservedGeneration : null,
        HasSelector = kept.Keeps("selector") && foo.HasSelector,
    };
}
