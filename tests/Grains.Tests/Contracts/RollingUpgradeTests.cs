using System.Reflection;
using System.Runtime.CompilerServices;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Contracts;

/// <summary>Silos of two versions call each other during a rolling upgrade: what they share is named for good, and may gain fields.</summary>
public sealed class RollingUpgradeTests
{
    private static readonly Type[] Types = [.. typeof(IReconcilerGrain).Assembly.GetTypes(), .. typeof(ReconcileOutcome).Assembly.GetTypes()];

    public static TheoryData<Type> Serialized => [.. Types.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];

    public static TheoryData<Type> GrainInterfaces => [.. Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))];

    [Theory]
    [MemberData(nameof(Serialized))]
    public void What_is_sent_has_an_alias_that_outlives_a_rename(Type type) => Assert.NotNull(Alias(type));

    [Theory]
    [MemberData(nameof(Serialized))]
    public void What_is_sent_holds_no_tuple_because_tuples_cannot_gain_fields(Type type) =>
        Assert.DoesNotContain(type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic), p => HasTuple(p.PropertyType));

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void A_grain_interface_and_its_methods_have_aliases_and_each_takes_one_message(Type type)
    {
        Assert.NotNull(Alias(type));
        Assert.All(type.GetMethods(), method =>
        {
            Assert.NotNull(Alias(method));
            Assert.InRange(method.GetParameters().Count(p => p.ParameterType != typeof(CancellationToken)), 0, 1);
            Assert.DoesNotContain(method.GetParameters(), p => HasTuple(p.ParameterType));
            Assert.False(HasTuple(method.ReturnType));
        });
    }

    [Fact]
    public void Aliases_are_unique() =>
        Assert.DoesNotContain(
            Types.Select(type => Alias(type)?.Alias).OfType<string>().CountBy(alias => alias),
            alias => alias.Value > 1);

    private static AliasAttribute? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false);

    private static bool HasTuple(Type type) =>
        type.IsAssignableTo(typeof(ITuple)) || type.GetGenericArguments().Any(HasTuple);
}
