using OrleansOperator.Samples.Websites;

namespace OrleansOperator.Samples.Tests;

/// <summary>What cannot work is refused before anything starts, with what to change.</summary>
public sealed class OperatorApplicationBuilderTests
{
    [Fact]
    public void An_operator_without_a_controller_is_refused() =>
        Assert.Contains("AddController", Assert.Throws<InvalidOperationException>(() => OperatorApplication.CreateBuilder().Build()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_controller_without_a_JSON_context_is_refused() =>
        Refuses(builder => builder.AddController<Website, WebsiteReconciler>(c => c.Owns<ConfigMap>()), "Json(");

    [Fact]
    public void A_kind_that_is_owned_twice_is_refused() =>
        Refuses(builder => builder.AddController<Website, WebsiteReconciler>(c => c.Json(WebsiteJson.Default).Owns<ConfigMap>().Owns<ConfigMap>()), "owns configmaps twice");

    [Fact]
    public void A_second_controller_of_a_name_is_refused() =>
        Refuses(builder => Add(Add(builder, "one"), "one"), "two controllers named 'one'");

    [Fact]
    public void A_second_controller_of_a_kind_is_refused() =>
        Refuses(builder => Add(Add(builder, "one"), "two"), "two controllers of websites.samples.orleansoperator.io");

    [Fact]
    public void A_second_controller_that_deals_with_a_kind_is_refused() =>
        Refuses(builder => Add(builder, "one").AddController<Page, PageReconciler>(c => c.Json(PageJson.Default).Owns<ConfigMap>()), "both deal with configmaps");

    private static OperatorApplicationBuilder Add(OperatorApplicationBuilder builder, string name) =>
        builder.AddController<Website, WebsiteReconciler>(c => c.Json(WebsiteJson.Default).Owns<ConfigMap>().Named(name));

    private static void Refuses(Action<OperatorApplicationBuilder> build, string problem) =>
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => build(OperatorApplication.CreateBuilder())).Message, StringComparison.Ordinal);
}
