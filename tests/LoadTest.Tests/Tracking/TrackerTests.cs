using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Tests.Tracking;

public sealed class TrackerTests
{
    private const string Namespace = "load-test-1";
    private const string FooUid = "foo-uid";

    private static readonly FooKey s_key = new(Namespace, "load-1");

    private readonly StepClock _clock = new();
    private readonly ChangeSet _set = new("test", 1);
    private readonly Tracker _tracker;

    public TrackerTests() => _tracker = new Tracker([Namespace], _clock);

    [Fact]
    public void A_created_Foo_is_ready_when_its_Deployment_is_available_and_its_status_says_so()
    {
        var change = Begin(ChangeKind.Create, 1);
        At(10, () => _tracker.Accept(change, 1));
        At(11, () => SeeFoo(1));
        At(20, () => SeeDeployment(2, replicas: 1));
        Assert.Equal(20, change.Followed);
        At(30, () => SeeDeployment(3, replicas: 1, available: 1));
        Assert.Equal(0, change.Ready);
        At(40, () => SeeFoo(4, status: new FooStatus(1, 1)));
        Assert.Equal((40, true, 1), (change.Ready, _set.IsDone, _set.Ready));
        Assert.True(_tracker.IsConverged());
    }

    [Fact]
    public void What_was_seen_before_the_answer_came_has_its_own_time()
    {
        var change = Begin(ChangeKind.Create, 1);
        At(11, () => SeeFoo(1));
        At(20, () => SeeDeployment(2, replicas: 1, available: 1));
        At(30, () => SeeFoo(4, status: new FooStatus(1, 1)));
        Assert.Equal(0, change.Ready);
        At(50, () => _tracker.Accept(change, 1));
        Assert.Equal((20, 30), (change.Followed, change.Ready));
    }

    [Fact]
    public void A_status_of_an_earlier_generation_does_not_count()
    {
        Converge();
        var change = Begin(ChangeKind.Scale, 3);
        _tracker.Accept(change, 10);
        SeeDeployment(11, replicas: 3, available: 3);
        SeeFoo(12, status: new FooStatus(3, 1), generation: 2);
        Assert.Equal(0, change.Ready);
        At(60, () => SeeFoo(13, status: new FooStatus(3, 2), generation: 2));
        Assert.Equal(60, change.Ready);
    }

    [Fact]
    public void A_controller_that_writes_no_observedGeneration_can_be_measured()
    {
        var change = Begin(ChangeKind.Create, 1);
        _tracker.Accept(change, 1);
        SeeFoo(1);
        SeeDeployment(2, replicas: 1, available: 1);
        At(30, () => SeeFoo(4, status: new FooStatus(1, null)));
        Assert.Equal(30, change.Ready);
    }

    [Fact]
    public void A_Deployment_of_somebody_else_does_not_count()
    {
        var change = Begin(ChangeKind.Create, 1);
        _tracker.Accept(change, 1);
        SeeFoo(1, status: new FooStatus(1, 1));
        SeeDeployment(2, replicas: 1, available: 1, owner: "another");
        Assert.Equal((0, 0), (change.Followed, change.Ready));
        Assert.Equal("the Deployment is not owned by the Foo", Assert.Single(_tracker.NotConverged()).Missing);
    }

    [Fact]
    public void A_drift_is_repaired_by_what_comes_after_the_edit()
    {
        Converge();
        var change = Begin(ChangeKind.Drift, 1);
        SeeDeployment(20, replicas: 2, available: 1);
        At(70, () => _tracker.Accept(change, 20));
        Assert.Equal(0, change.Followed);
        At(80, () => SeeDeployment(21, replicas: 1, available: 1));
        Assert.Equal((80, 80), (change.Followed, change.Ready));
    }

    [Fact]
    public void A_drift_that_was_repaired_before_the_answer_came_counts()
    {
        Converge();
        var change = Begin(ChangeKind.Drift, 1);
        SeeDeployment(20, replicas: 2, available: 1);
        At(60, () => SeeDeployment(21, replicas: 1, available: 1));
        Assert.Equal(0, change.Followed);
        At(70, () => _tracker.Accept(change, 20));
        Assert.Equal((60, 60), (change.Followed, change.Ready));
    }

    [Fact]
    public void A_lost_Deployment_is_replaced_by_another()
    {
        Converge();
        var change = Begin(ChangeKind.Lose, 1);
        _tracker.Accept(change, 20);
        Assert.Equal(0, change.Followed);
        _tracker.Deployments.Deleted(Deployment(20, 1, 1, FooUid, "deployment-1"));
        At(90, () => SeeDeployment(22, replicas: 1, uid: "deployment-2"));
        Assert.Equal((90, 0), (change.Followed, change.Ready));
        At(95, () => SeeDeployment(23, replicas: 1, available: 1, uid: "deployment-2"));
        Assert.Equal(95, change.Ready);
    }

    [Fact]
    public void A_deletion_is_over_when_the_Deployment_is_gone_too()
    {
        Converge();
        var change = Begin(ChangeKind.Delete, 1);
        _tracker.Accept(change, 20);
        At(70, () => _tracker.Foos.Deleted(Foo(21, null, 1)));
        Assert.Equal((70, 0), (change.Followed, change.Ready));
        At(75, () => _tracker.Deployments.Deleted(Deployment(22, 1, 1, FooUid, "deployment-1")));
        Assert.Equal((75, true), (change.Ready, _tracker.IsConverged()));
    }

    [Fact]
    public void A_change_that_is_overtaken_by_another_is_ready_with_it()
    {
        Converge();
        var first = Begin(ChangeKind.Scale, 2);
        _tracker.Accept(first, 10);
        var second = Begin(ChangeKind.Scale, 3);
        _tracker.Accept(second, 11);
        SeeDeployment(12, replicas: 3, available: 3);
        At(90, () => SeeFoo(13, status: new FooStatus(3, 3), generation: 3));
        Assert.Equal((90, 90, 3), (first.Ready, second.Ready, _set.Ready));
    }

    [Fact]
    public void A_refused_change_is_not_waited_for()
    {
        Converge();
        var change = Begin(ChangeKind.Scale, 7);
        _tracker.Refuse(change, "denied");
        Assert.True(_set.IsDone);
        Assert.Equal(1, _set.Refused);
        Assert.True(_tracker.IsConverged());
    }

    [Fact]
    public void What_a_list_does_not_have_is_gone()
    {
        Converge();
        var change = Begin(ChangeKind.Delete, 1);
        _tracker.Accept(change, 20);
        _tracker.Foos.Replace([]);
        _tracker.Deployments.Replace([]);
        Assert.NotEqual(0, change.Ready);
    }

    [Fact]
    public void Only_the_namespaces_of_the_test_are_counted()
    {
        SeeFoo(1);
        _tracker.Foos.Changed(Foo(2, null, 1) with { Metadata = new ObjectMetadata { Name = "x", Namespace = "other" } });
        Assert.Equal(new SeenCounts(1, 0, 0), _tracker.Seen);
    }

    [Theory]
    [InlineData(1, 0, 1, 1, true)]
    [InlineData(1, 1, 1, 1, false)]
    [InlineData(1, 1, 2, 1, true)]
    public void A_Deployment_that_is_not_available_is_told(int replicas, int available, long generation, long observed, bool told)
    {
        FooKey? unavailable = null;
        _tracker.Unavailable = (key, _, _) => unavailable = key;
        _tracker.Deployments.Changed(Deployment(5, replicas, available, FooUid, "deployment-1") with
        {
            Metadata = new ObjectMetadata { Name = s_key.Name, Namespace = Namespace, Generation = generation },
            Status = new DeploymentStatus(available, observed),
        });
        Assert.Equal(told ? s_key : null, unavailable);
    }

    private void Converge()
    {
        var change = Begin(ChangeKind.Create, 1);
        _tracker.Accept(change, 1);
        SeeFoo(2, status: new FooStatus(1, 1));
        At(50, () => SeeDeployment(3, replicas: 1, available: 1));
        Assert.Equal(50, change.Ready);
    }

    private Change Begin(ChangeKind kind, int replicas) => _tracker.Begin(_set, kind, s_key, replicas, due: 1);

    private void At(long time, Action action)
    {
        _clock.Now = time;
        action();
    }

    private void SeeFoo(long version, FooStatus? status = null, long generation = 1) => _tracker.Foos.Changed(Foo(version, status, generation));

    private void SeeDeployment(long version, int replicas, int available = 0, string owner = FooUid, string uid = "deployment-1") =>
        _tracker.Deployments.Changed(Deployment(version, replicas, available, owner, uid));

    private static FooObject Foo(long version, FooStatus? status, long generation) => new()
    {
        Metadata = new ObjectMetadata { Name = s_key.Name, Namespace = Namespace, Uid = FooUid, ResourceVersion = $"{version}", Generation = generation },
        Status = status,
    };

    private static DeploymentObject Deployment(long version, int replicas, int available, string owner, string uid) => new()
    {
        Metadata = new ObjectMetadata { Name = s_key.Name, Namespace = Namespace, Uid = uid, ResourceVersion = $"{version}", Generation = 1, OwnerReferences = [new OwnerReference(owner, true)] },
        Spec = new DeploymentSpec(replicas),
        Status = new DeploymentStatus(available, 1),
    };

    private sealed class StepClock : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long GetTimestamp() => Now;
    }
}
