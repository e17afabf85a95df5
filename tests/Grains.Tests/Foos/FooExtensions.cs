using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>The engine's knowledge and steps in terms of a Foo and its Deployments.</summary>
internal static class FooExtensions
{
    extension(ObjectKnowledge known)
    {
        public FooSnapshot? Foo => (FooSnapshot?)known.Object;

        public IReadOnlyCollection<string> DeploymentNames => [.. known.Children.Keys.Select(child => child.Key.Name)];

        public Resistance? Resisted
        {
            set => known.Remember(value!);
        }

        public Contest? Contest
        {
            get => known.Children.Values.Select(child => child.Last is { } last ? known.ContestOf(last.Uid) : null).FirstOrDefault(contest => contest is not null);
            set => known.Remember(value!);
        }

        public DeploymentView Find(string name) => new(known.Find(Given.Child(name)));

        public bool Take(DeploymentSnapshot deployment) => known.Observe(Given.Seen(deployment));

        public void Forget(string name) => known.Forget(Given.Child(name));

        public void TakeAnswer(string name, DeploymentSnapshot? answer, DeploymentView asked, bool written = false) =>
            known.TakeAnswer(Given.Child(name), answer, asked.Known, written);
    }

    extension(Step.Patch patch)
    {
        public DeploymentDifference Deployment => (DeploymentDifference)patch.Difference;

        public int? Replicas => patch.Deployment.Replicas;

        public bool Image => patch.Deployment.Image;
    }

    extension(DesiredStatus status)
    {
        public int AvailableReplicas => ((FooStatus)status.Fields!).AvailableReplicas;
    }

    extension(Step.Read read)
    {
        public string Name => read.Child.Key.Name;
    }

    extension(Step.Create create)
    {
        public string Name => create.Child.Key.Name;
    }

    /// <summary>What is known of a Deployment.</summary>
    internal readonly record struct DeploymentView(Known<ResourceSnapshot> Known)
    {
        public DeploymentSnapshot? Object => (DeploymentSnapshot?)Known.Object;

        public bool IsUnknown => Known.IsUnknown;

        public bool IsSettled => Known.IsSettled;
    }
}
