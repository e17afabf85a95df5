using System.Text.RegularExpressions;
using CsCheck;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

public sealed partial class KubernetesNamesTests
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("a", "a")]
    [InlineData("orders-2", "orders-2")]
    [InlineData("-orders-", "orders-")]
    [InlineData("orders.eu", "orders-eu-")]
    [InlineData("Заказы", "")]
    [InlineData("a/b c", "a-b-c-")]
    [InlineData("10.0.0.1:11111@512345", "10-0-0-1-11111-512345-")]
    [InlineData("fd00::1:11111@512345", "fd00-1-11111-512345-")]
    public void A_name_keeps_what_can_be_kept(string text, string start) =>
        Assert.StartsWith(start, KubernetesNames.For(text), StringComparison.Ordinal);

    [Fact]
    public void Every_text_gets_a_name_that_is_a_dns_label_and_no_two_get_the_same() =>
        Gen.Select(Gen.String, Gen.String).Sample((one, other) =>
        {
            Assert.Matches(DnsLabel(), KubernetesNames.For(one));
            Assert.Equal(one == other, KubernetesNames.For(one) == KubernetesNames.For(other));
        });

    [Fact]
    public void Texts_that_differ_only_in_what_cannot_be_kept_get_different_names()
    {
        string[] texts = ["orders", "Orders", "ORDERS", "orders.", "orders-", "-orders", "orders/", "orders ", new string('a', 63), new string('a', 64), new string('a', 65)];

        Assert.Distinct(texts.Select(KubernetesNames.For));
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}
