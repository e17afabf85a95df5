using System.Reflection;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Silo.Building;

namespace OrleansOperator;

/// <summary>Says what an operator consists of. What cannot work is refused here, with what to change.</summary>
public sealed class OperatorApplicationBuilder
{
    private readonly string[] _args;
    private readonly List<ControllerRegistration> _controllers = [];
    private readonly List<Assembly> _manifests = [];

    internal OperatorApplicationBuilder(string[] args) => _args = args;

    /// <summary>Adds a controller.</summary>
    /// <typeparam name="TObject">The kind that it reconciles: a record with a <see cref="KindAttribute"/>.</typeparam>
    /// <typeparam name="TReconciler">What its objects call for. One instance serves all objects.</typeparam>
    /// <param name="configure">The kinds that it owns, and more.</param>
    /// <exception cref="ArgumentException">A kind is not described, or another controller has this name or deals with one of its kinds.</exception>
    public OperatorApplicationBuilder AddController<TObject, TReconciler>(Action<ControllerBuilder<TObject>> configure)
        where TObject : ReconciledSnapshot
        where TReconciler : IReconciler<TObject>, new()
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new ControllerBuilder<TObject>(new TReconciler());
        configure(builder);
        return Add(builder.Build());
    }

    /// <summary>
    /// With <c>--dev</c>, an API server inside the process gets the manifests that are embedded in an assembly: its resources named
    /// <c>*.yaml</c>, in the order of their names.
    /// </summary>
    public OperatorApplicationBuilder AddManifests(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        _manifests.Add(assembly);
        return this;
    }

    /// <summary>Builds the operator.</summary>
    /// <exception cref="InvalidOperationException">It has no controller.</exception>
    public OperatorApplication Build() => _controllers.Count > 0
        ? new OperatorApplication(_args, new OperatorDefinition([.. _controllers], [.. _manifests]))
        : throw new InvalidOperationException("The operator has no controller: add one with AddController.");

    internal OperatorApplicationBuilder Add(ControllerRegistration registration)
    {
        var controller = registration.Controller;
        foreach (var other in _controllers.Select(other => other.Controller))
        {
            if (other.Name == controller.Name)
                throw new ArgumentException($"There are two controllers named '{controller.Name}': give one of them another name with Named().");
            if (other.Kind.QualifiedName == controller.Kind.QualifiedName)
                throw new ArgumentException($"There are two controllers of {controller.Kind.QualifiedName}: objects of a kind have one.");
            if (Kinds(other).Intersect(Kinds(controller)).FirstOrDefault() is { } shared)
                throw new ArgumentException($"The controllers '{other.Name}' and '{controller.Name}' both deal with {shared}: a feed tells one controller. Run them as two operators.");
        }

        _controllers.Add(registration);
        return this;
    }

    private static IEnumerable<string> Kinds(Controller controller) => [controller.Kind.QualifiedName, .. controller.Owned.Select(kind => kind.QualifiedName)];
}
