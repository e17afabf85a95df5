using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>A Foo, its Deployment and what is known of them, in the states that the tests start from.</summary>
internal static class Given
{
    public const string FooUid = "uid-of-foo";

    public static DateTimeOffset Now { get; } = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    /// <summary><see cref="Now"/> as a condition has it, to the second.</summary>
    public static DateTimeOffset Second { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A Foo that was never reconciled.</summary>
    public static FooSnapshot Foo(int? replicas = 1, string deployment = "web") => new()
    {
        Key = new ObjectKey("default", "foo"),
        Uid = FooUid,
        ResourceVersion = 100,
        Generation = 1,
        DeploymentName = deployment,
        Replicas = replicas,
    };

    /// <summary>A Foo whose status says that it is ready.</summary>
    public static FooSnapshot ReadyFoo(int replicas = 1)
    {
        var foo = Foo(replicas);
        return foo.With(replicas, Ready(foo, "True", FooReasons.Available, $"Deployment web has {replicas} of {replicas} replicas available"));
    }

    /// <summary>The Foo with a status for its generation.</summary>
    public static FooSnapshot With(this FooSnapshot foo, int available, Condition ready) => foo.With(Status(available, foo.Generation, ready));

    /// <summary>The Foo as the API server has it after that status was written.</summary>
    public static FooSnapshot With(this FooSnapshot foo, DesiredStatus status) => foo with
    {
        ResourceVersion = foo.ResourceVersion + 1,
        AvailableReplicas = status.AvailableReplicas,
        ObservedGeneration = status.ObservedGeneration,
        Conditions = status.ConditionsOf(foo),
        HasSelector = true,
    };

    /// <summary>The Foo after its user changed its spec.</summary>
    public static FooSnapshot Edited(this FooSnapshot foo) => foo with { ResourceVersion = foo.ResourceVersion + 1, Generation = foo.Generation + 1 };

    public static Condition Ready(FooSnapshot foo, string status, string reason, string message) =>
        new("Ready", status, reason, message, Second.AddHours(-1), foo.Generation);

    /// <summary>The Deployment as the Foo defines it.</summary>
    public static DeploymentSnapshot Deployment(string name = "web", int replicas = 1, int? available = null, string ownerUid = FooUid) => new()
    {
        Key = new ObjectKey("default", name),
        Uid = "uid-of-" + name,
        ResourceVersion = 50,
        Generation = 1,
        Controller = new ControllerReference("samplecontroller.k8s.io/v1alpha1", "Foo", "foo", ownerUid),
        Replicas = replicas,
        AvailableReplicas = available ?? replicas,
        UpdatedReplicas = replicas,
        ObservedGeneration = 1,
        Image = FooReconciler.Image,
        AppLabel = FooReconciler.App,
        ControllerLabel = "foo",
    };

    /// <summary>An object as a feed tells it.</summary>
    public static Observation Seen(ResourceSnapshot snapshot, ObservationCause cause = ObservationCause.Change) => Observation.Of(Resource(snapshot), snapshot, cause);

    /// <summary>The tombstone of an object.</summary>
    public static Observation Gone(ResourceSnapshot snapshot, ObservationCause cause = ObservationCause.Change) =>
        Observation.Tombstone(Resource(snapshot), snapshot.Key, snapshot.Uid, cause);

    /// <summary>What a grain knows at first.</summary>
    public static ObjectKnowledge Knowledge() => new(FooController.Instance);

    /// <summary>What a grain knows after it has observed these objects.</summary>
    public static ObjectKnowledge Known(FooSnapshot foo, params DeploymentSnapshot[] deployments)
    {
        var known = Knowledge();
        foreach (var deployment in deployments)
            known.Take(deployment);
        known.Take(foo);
        return known;
    }

    /// <summary>The Foo is read, and is as it is known.</summary>
    public static void Confirm(ObjectKnowledge known)
    {
        var before = known.Children.ToDictionary();
        known.TakeAnswer(known.Object, known.Root);
        known.Confirm(before);
    }

    /// <summary>As <see cref="Known"/>, but it is also known that there is no Deployment of the Foo's name.</summary>
    public static ObjectKnowledge KnownWithout(FooSnapshot foo)
    {
        var known = Known(foo);
        known.TakeAnswer(foo.DeploymentName, null, known.Find(foo.DeploymentName));
        return known;
    }

    /// <summary>The next step.</summary>
    public static Step Plan(ObjectKnowledge known, StatusFields kept, DateTimeOffset now)
    {
        var plan = known.Foo is { } foo ? FooController.Instance.Reconcile(foo, known) : null;
        return Planner.Next(known, plan, kept, now);
    }

    public static ChildKey Child(string name) => new(FooController.Deployments, new ObjectKey("default", name));

    /// <summary>The Deployment that a Foo of so many replicas wants.</summary>
    public static DeploymentSnapshot Wanted(int? replicas, string name = "web") => new()
    {
        Key = new ObjectKey("default", name),
        Replicas = replicas,
        Image = FooReconciler.Image,
        AppLabel = FooReconciler.App,
        ControllerLabel = "foo",
    };

    public static Step.Create Create(string name, int? replicas) => new(Child(name), Wanted(replicas, name));

    public static Step.Read Read(string name) => new(Child(name));

    public static Step.Delete Delete(DeploymentSnapshot deployment) => new(Child(deployment.Key.Name), deployment);

    /// <summary>Some fields are put back. What is wanted of the replicas that do not differ is that of the Deployment, unless it is told.</summary>
    public static Step.Patch Patch(DeploymentSnapshot deployment, int? replicas, bool Image, bool AppLabel, bool ControllerLabel, int? wanted = null) =>
        new(Child(deployment.Key.Name), deployment,
            new DeploymentDifference(Wanted(replicas ?? wanted ?? deployment.Replicas, deployment.Key.Name), deployment, replicas, Image, AppLabel, ControllerLabel));

    /// <summary>What a Foo puts back of its Deployment.</summary>
    public static DeploymentDifference? Repair(FooSnapshot foo, DeploymentSnapshot deployment) =>
        DeploymentDifference.Between(Wanted(foo.Replicas, deployment.Key.Name), deployment);

    public static DesiredStatus Status(int available, long observedGeneration, Condition ready) =>
        new(new FooStatus("foo", available), observedGeneration, ready, []);

    public static StatusFields Kept(bool conditions, bool observedGeneration, bool selector) => new(conditions, observedGeneration, selector ? [] : ["selector"]);

    private static string Resource(ResourceSnapshot snapshot) => (snapshot is FooSnapshot ? FooResources.Foos : FooResources.Deployments).QualifiedName;
}
