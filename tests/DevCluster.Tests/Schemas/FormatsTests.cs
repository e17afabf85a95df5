using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

/// <summary>The string formats of schemas: each row is a format, texts that have it, and texts that do not.</summary>
public sealed class FormatsTests
{
    [Theory]
    [InlineData("date-time", "2026-01-02T03:04:05Z 2026-01-02t03:04:05.123+01:00", "2026-01-02 2026-02-30T00:00:00Z 2026-01-02T24:00:00Z 2026-01-02T03:04:05")]
    [InlineData("date", "2026-01-02", "2026-02-30 26-1-2")]
    [InlineData("duration", "1h30m 22ns 1.5s 3days 0", "x 5 1parsec")]
    [InlineData("uuid", "00000000-0000-0000-0000-000000000000 0123456789abcdefABCDEF0123456789", "0123 {00000000-0000-0000-0000-000000000000}")]
    [InlineData("uuid4", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    [InlineData("ipv4", "1.2.3.4 01.2.3.4", "1.2.3 1.2.3.256 ::1")]
    [InlineData("ipv6", "::1 2001:db8::", "1.2.3.4 ::1%eth0 [::1]")]
    [InlineData("cidr", "10.0.0.0/8 10.1.2.3/8 ::/0", "10.0.0.0 10.0.0.0/33 /8")]
    [InlineData("mac", "01:23:45:67:89:ab 0123.4567.89ab", "01:23:45:67:89 0123456789ab")]
    [InlineData("uri", "http://a.b/c?d /path", "a.b/c http")]
    [InlineData("email", "a@b.c", "a@ b")]
    [InlineData("hostname", "a.example.com a", "-a a..b a_b")]
    [InlineData("byte", "YWJj YQ==", "*** YQ=")]
    [InlineData("isbn10", "0321751043 0-321-75104-3", "0321751044")]
    [InlineData("isbn13", "9780321751041", "9780321751042")]
    [InlineData("creditcard", "4111111111111111", "4111111111111112")]
    [InlineData("ssn", "123-45-6789", "123-456-789")]
    [InlineData("hexcolor", "#fff ABCDEF", "#ff")]
    [InlineData("rgbcolor", "rgb(0,10,255)", "rgb(0,10,256)")]
    [InlineData("k8s-short-name", "a-b", "-a A a.b")]
    [InlineData("k8s-long-name", "a-b.c", ".a A")]
    public void A_text_has_a_format_or_not(string format, string good, string bad)
    {
        var name = Formats.Checked("string", format)!;

        Assert.All(good.Split(' '), text => Assert.True(Formats.IsValid(name, text), text));
        Assert.All(bad.Split(' '), text => Assert.False(Formats.IsValid(name, text), text));
    }

    [Theory]
    [InlineData("string", "anything", null)]
    [InlineData("integer", "int32", "int32")]
    [InlineData("integer", "date", null)]
    [InlineData("number", "double", "double")]
    [InlineData("object", "date", null)]
    [InlineData(null, "date-time", "datetime")]
    public void Formats_are_checked_for_the_types_that_they_are_of(string? type, string format, string? name) => Assert.Equal(name, Formats.Checked(type, format));
}
