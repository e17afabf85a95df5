using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What a Foo gets, as far as it is decided here: the specification, row by row.</summary>
public sealed partial class FooPlannerTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Row_1_a_new_Foo_gets_its_Deployment_without_looking_first(int replicas) =>
        Assert.Equal(Given.Create("web", replicas), Plan(Given.Known(Given.Foo(replicas))));

    [Fact]
    public void Row_1_where_a_Foo_was_reconciled_before_unknown_is_not_absent() =>
        Assert.Equal(Given.Read("web"), Plan(Given.Known(Given.ReadyFoo())));

    [Fact]
    public void Row_1_before_the_Foo_is_known_nothing_is_done_for_its_Deployment_but_to_read_it()
    {
        var known = Given.Knowledge();
        known.Take(Given.Deployment(replicas: 9));
        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
        Assert.False(known.IsEmpty);

        known.TakeAnswer(null, known.Root);

        Assert.IsType<Step.Done>(Plan(known));
    }

    [Fact]
    public void Row_1_a_Foo_that_is_told_contradictory_things_of_is_read()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Observe(Given.Seen(Given.Foo() with { ResourceVersion = 7 }, ObservationCause.Contradiction));

        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    [InlineData(1, 0)]
    public void Row_2_the_Deployment_follows_the_replicas(int before, int after)
    {
        var deployment = Given.Deployment(replicas: before);
        var foo = Given.ReadyFoo(before).Edited() with { Replicas = after };

        Assert.Equal(Given.Patch(deployment, after, Image: false, AppLabel: false, ControllerLabel: false), Plan(Given.Known(foo, deployment)));
    }

    [Fact]
    public void Row_3_without_replicas_the_Deployment_is_made_without_a_number() =>
        Assert.Equal(Given.Create("web", null), Plan(Given.Known(Given.Foo(replicas: null))));

    [Theory]
    [InlineData(7, 7, true)]
    [InlineData(7, 6, false)]
    [InlineData(0, 0, true)]
    public void Row_3_without_replicas_the_Deployments_own_are_left_alone_and_are_what_Ready_asks_for(int replicas, int available, bool ready)
    {
        var known = Given.Known(Given.Foo(replicas: null), Given.Deployment(replicas: replicas, available: available));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(ready ? "True" : "False", write.Status.Ready.Status);
        Assert.Equal($"Deployment web has {available} of {replicas} replicas available", write.Status.Ready.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(5)]
    public void Row_4_the_status_follows_the_available_replicas(int available)
    {
        var known = Given.Known(Given.ReadyFoo(3), Given.Deployment(replicas: 3, available: available));

        Assert.Equal(available, Assert.IsType<Step.WriteStatus>(Plan(known)).Status.AvailableReplicas);
    }

    [Theory]
    [InlineData(2, 0, "False", "Progressing", "Deployment web has 0 of 2 replicas available")]
    [InlineData(2, 1, "False", "Progressing", "Deployment web has 1 of 2 replicas available")]
    [InlineData(2, 2, "True", "DeploymentAvailable", "Deployment web has 2 of 2 replicas available")]
    [InlineData(2, 3, "True", "DeploymentAvailable", "Deployment web has 3 of 2 replicas available")]
    [InlineData(0, 0, "True", "DeploymentAvailable", "Deployment web has 0 of 0 replicas available")]
    public void Row_5_the_first_status_has_every_field(int replicas, int available, string ready, string reason, string message)
    {
        var known = Given.Known(Given.Foo(replicas), Given.Deployment(replicas: replicas, available: available));

        Assert.Equal(
            Given.Status(available, 1, new Condition("Ready", ready, reason, message, Given.Second, 1)),
            Assert.IsType<Step.WriteStatus>(Plan(known)).Status);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void Row_5_the_transition_time_moves_with_Readys_status_alone(int available, bool moves)
    {
        var foo = Given.ReadyFoo(3).Edited();
        var known = Given.Known(foo, Given.Deployment(replicas: 3, available: available));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(moves ? Given.Second : DesiredStatus.ReadyOf(foo)!.LastTransitionTime, write.Status.Ready.LastTransitionTime);
        Assert.Equal((2, 2), (write.Status.ObservedGeneration, write.Status.Ready.ObservedGeneration));
    }

    [Theory]
    [InlineData(2, 1, 2, "Deployment web has 2 of 2 replicas available, of an earlier rollout")]
    [InlineData(2, 2, 1, "Deployment web has 2 of 2 replicas available, of an earlier rollout")]
    [InlineData(2, 2, 2, null)]
    public void Row_5_Ready_means_the_rollout_of_this_generation(long generation, long observed, int updated, string? notReady)
    {
        var deployment = Given.Deployment(replicas: 2) with { Generation = generation, ObservedGeneration = observed, UpdatedReplicas = updated };

        var write = Assert.IsType<Step.WriteStatus>(Plan(Given.Known(Given.Foo(2), deployment)));

        Assert.Equal((notReady is null ? "True" : "False", notReady ?? "Deployment web has 2 of 2 replicas available"), (write.Status.Ready.Status, write.Status.Ready.Message));
    }

    [Fact]
    public void Row_5_other_writers_conditions_stay_where_they_are()
    {
        var other = new Condition("Audited", "True", "Yes", "", Given.Second, 1);
        var ready = Given.ReadyFoo();
        var foo = ready with { Conditions = [other, .. ready.Conditions] };
        var known = Given.Known(foo, Given.Deployment(available: 0));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal([other, write.Status.Ready], write.Status.ConditionsOf(foo));
        Assert.Equal([other, write.Status.Ready], write.Status.ConditionsOf(foo with { Conditions = [other] }));
    }

    [Fact]
    public void Row_6_a_Deployment_that_is_gone_is_made_again()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Observe(Given.Gone(Given.Deployment()));

        // Most likely it was collected with its Foo, of which the news is still on its way.
        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
        Given.Confirm(known);
        Assert.Equal(Given.Create("web", 1), Plan(known));
    }

    [Fact]
    public void Row_6_when_it_vanishes_again_the_Foo_is_asked_for_again()
    {
        var known = Given.KnownWithout(Given.ReadyFoo());
        known.Take(Given.Deployment());
        known.Observe(Given.Gone(Given.Deployment()));
        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));

        known.TakeAnswer(null, known.Root);

        Assert.IsType<Step.Done>(Plan(known));
    }

    [Fact]
    public void Row_6_one_that_is_being_deleted_is_waited_for_and_not_repaired()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment() with { Deleting = true, Image = "nginx:1.0" });

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(("False", FooReasons.Progressing), (write.Status.Ready.Status, write.Status.Ready.Reason));
        Assert.IsType<Step.Done>(PlanAfter(known, write));
    }

    [Theory]
    [InlineData("replicas")]
    [InlineData("image")]
    [InlineData("container")]
    [InlineData("app label")]
    [InlineData("controller label")]
    [InlineData("everything")]
    public void Row_7_exactly_what_was_edited_is_put_back(string edited)
    {
        bool Is(string part) => edited == part || edited == "everything";
        var deployment = Given.Deployment(replicas: 2);
        deployment = deployment with
        {
            Replicas = Is("replicas") ? 5 : 2,
            Image = edited == "container" ? null : Is("image") ? "nginx:1.0" : deployment.Image,
            AppLabel = Is("app label") ? "apache" : deployment.AppLabel,
            ControllerLabel = Is("controller label") ? null : deployment.ControllerLabel,
        };

        Assert.Equal(
            Given.Patch(deployment, Is("replicas") ? 2 : null, Is("image") || Is("container"), Is("app label"), Is("controller label")),
            Plan(Given.Known(Given.ReadyFoo(2), deployment)));
    }

    [Theory]
    [InlineData("of nobody")]
    [InlineData("of an earlier Foo of this name")]
    public void Row_8_a_Deployment_of_another_is_left_alone_and_looked_at_again(string whose)
    {
        var taken = Given.Deployment(ownerUid: "another uid") with { Image = "else:1" };
        if (whose == "of nobody")
            taken = taken with { Controller = null };
        var known = Given.Known(Given.Foo(), taken);

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        const string Message = "Resource \"web\" already exists and is not managed by Foo";
        Assert.Equal(Given.Status(0, 1, new Condition("Ready", "False", "ErrResourceExists", Message, Given.Second, 1)), write.Status);
        Assert.Equal(new PlannedEvent(EventType.Warning, "ErrResourceExists", Message), write.Event);
        Assert.IsType<Step.Retry>(PlanAfter(known, write));
    }

    [Fact]
    public void Row_8_heals_when_the_other_goes_away()
    {
        var known = Given.Known(Given.Foo(), Given.Deployment(ownerUid: "another uid"));
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        known.Forget("web");
        Assert.Equal(Given.Read("web"), Plan(known));
        known.TakeAnswer("web", null, known.Find("web"));
        Given.Confirm(known);
        Assert.Equal(Given.Create("web", 1), Plan(known));
        known.Take(Given.Deployment() with { Uid = "uid of the new one", ResourceVersion = 60 });

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));
        Assert.Equal(("True", EngineReasons.Synced), (write.Status.Ready.Status, write.Event?.Reason));
        Assert.IsType<Step.Done>(PlanAfter(known, write));
    }

    [Fact]
    public void Row_9_a_generation_is_called_Synced_once()
    {
        var synced = new PlannedEvent(EventType.Normal, "Synced", "Foo synced successfully");
        var known = Given.Known(Given.Foo(), Given.Deployment(available: 0));
        var first = Assert.IsType<Step.WriteStatus>(Plan(known));
        Assert.Equal(synced, first.Event);
        PlanAfter(known, first);

        known.Take(Given.Deployment(available: 1) with { ResourceVersion = 51 });
        var progress = Assert.IsType<Step.WriteStatus>(Plan(known));
        Assert.Null(progress.Event);
        PlanAfter(known, progress);

        known.Take(known.Foo!.Edited());
        Assert.Equal(synced, Assert.IsType<Step.WriteStatus>(Plan(known)).Event);
    }

    [Fact]
    public void Row_9_a_restart_does_not_call_it_Synced_again()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment(available: 0));

        Assert.Null(Assert.IsType<Step.WriteStatus>(Plan(known)).Event);
    }

    /// <summary>It may be another activation's work for a change of the Foo that this one has not heard of.</summary>
    [Fact]
    public void Row_7_what_was_changed_after_the_Foo_was_seen_is_put_back_only_when_the_Foo_was_asked_for()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Take(Given.Deployment(replicas: 5) with { ResourceVersion = 60, Generation = 2 });

        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
        Given.Confirm(known);

        Assert.Equal(1, Assert.IsType<Step.Patch>(Plan(known)).Replicas);
    }

    [Fact]
    public void Row_2_a_change_of_the_Foo_is_followed_without_asking()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Take(Given.Deployment(available: 0) with { ResourceVersion = 60 });
        known.Take(known.Foo!.Edited() with { Replicas = 5 });

        Assert.Equal(5, Assert.IsType<Step.Patch>(Plan(known)).Replicas);
    }

    [Fact]
    public void What_this_grain_wrote_itself_is_not_asked_about()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.TakeAnswer("web", Given.Deployment() with { ResourceVersion = 60, Generation = 2, Image = "mirror/nginx" }, known.Find("web"), written: true);

        Assert.True(Assert.IsType<Step.Patch>(Plan(known)).Image);
    }

    [Fact]
    public void Row_10_a_Deployment_that_came_after_the_Foo_was_seen_is_deleted_only_when_the_Foo_was_asked_for()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Take(Given.Deployment("web2"));

        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
        Given.Confirm(known);

        Assert.IsType<Step.Delete>(Plan(known));
    }

    [Fact]
    public void Row_10_an_old_Deployment_that_is_doubted_is_read_before_it_is_deleted()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment(), Given.Deployment("old"));

        known.Forget("old");

        Assert.Equal(Given.Read("old"), Plan(known));
    }

    [Fact]
    public void Row_10_a_Deployment_of_an_earlier_name_that_was_gone_and_is_back_is_read()
    {
        var old = Given.Deployment("old") with { ResourceVersion = 70 };
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment(), old);
        known.Observe(Given.Gone(old));

        known.Observe(Given.Seen(Given.Deployment("old"), ObservationCause.Contradiction));

        Assert.Equal(Given.Read("old"), Plan(known));
    }

    /// <summary>As after a restore of etcd: its version has gone back.</summary>
    [Fact]
    public void Row_10_a_released_Deployment_of_an_earlier_name_that_is_owned_again_is_deleted_after_the_Foo_was_read()
    {
        var old = Given.Deployment("old") with { ResourceVersion = 70, Controller = null };
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment(), old);

        known.Observe(Given.Seen(Given.Deployment("old"), ObservationCause.Contradiction));

        Assert.IsType<Step.ReadObject>(Plan(known));
        Given.Confirm(known);
        Assert.Equal(Given.Delete(Given.Deployment("old")), Plan(known));
    }

    [Fact]
    public void Row_10_when_an_earlier_name_is_used_again_the_Foo_is_read_before_its_Deployment_is_created_again()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Observe(Given.Gone(Given.Deployment()));
        known.Take(known.Foo!.Edited() with { DeploymentName = "web2" });
        known.Take(Given.Deployment("web2"));
        Given.Confirm(known);

        known.Take(known.Foo!.Edited() with { DeploymentName = "web" });

        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
    }

    [Fact]
    public void Row_10_a_late_message_does_not_revive_a_Deployment_of_an_earlier_name()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Observe(Given.Gone(Given.Deployment()));
        known.Take(known.Foo!.Edited() with { DeploymentName = "web2" });
        known.Take(known.Foo!.Edited() with { DeploymentName = "web" });

        Assert.False(known.Observe(Given.Seen(Given.Deployment())));

        Assert.Equal(new Step.ReadObject(Given.Foo().Key), Plan(known));
    }

    [Fact]
    public void Row_10_first_the_Deployment_of_the_new_name_is_made_and_then_the_old_one_deleted()
    {
        var old = Given.Deployment();
        var foo = Given.ReadyFoo().Edited() with { DeploymentName = "web2" };
        var known = Given.Known(foo, old);
        Assert.Equal(Given.Read("web2"), Plan(known));

        known.TakeAnswer("web2", null, known.Find("web2"));
        Given.Confirm(known);
        Assert.Equal(Given.Create("web2", 1), Plan(known));

        known.Take(Given.Deployment("web2", available: 0));
        Assert.Equal(Given.Delete(old), Plan(known));

        known.TakeAnswer("web", null, known.Find("web"));
        Assert.IsType<Step.WriteStatus>(Plan(known));
    }

    [Theory]
    [InlineData("it is being deleted already")]
    [InlineData("it is of an earlier Foo of this name")]
    [InlineData("it is of nobody")]
    public void Row_10_an_old_Deployment_is_not_deleted_when(string because)
    {
        var old = Given.Deployment("old");
        old = because switch
        {
            "it is being deleted already" => old with { Deleting = true },
            "it is of nobody" => old with { Controller = null },
            _ => Given.Deployment("old", ownerUid: "another uid"),
        };

        Assert.IsType<Step.Done>(Plan(Given.Known(Given.ReadyFoo(), Given.Deployment(), old)));
    }

    [Fact]
    public void Row_10_an_old_Deployment_stays_while_the_new_name_belongs_to_another()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment(ownerUid: "another uid"), Given.Deployment("old"));

        Assert.IsType<Step.Retry>(PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known))));
    }
}
