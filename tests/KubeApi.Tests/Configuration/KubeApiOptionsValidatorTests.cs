using OrleansOperator.KubeApi.Configuration;

namespace OrleansOperator.KubeApi.Tests.Configuration;

public sealed class KubeApiOptionsValidatorTests
{
    private static readonly KubeApiOptionsValidator s_validator = new();

    public static TheoryData<KubeApiOptions, string> Wrong => new()
    {
        { new() { Master = "10.0.0.1:6443" }, "KubeApi:Master is \"10.0.0.1:6443\"; it must be an http or https URL such as https://10.0.0.1:6443." },
        { new() { Master = "ftp://x" }, "KubeApi:Master is \"ftp://x\"; it must be an http or https URL such as https://10.0.0.1:6443." },
        { new() { RequestTimeout = TimeSpan.Zero }, "KubeApi:RequestTimeout is \"00:00:00\"; it must be a time from 00:00:00.001 to 1.00:00:00." },
        { new() { RequestTimeout = TimeSpan.FromDays(2) }, "KubeApi:RequestTimeout is \"2.00:00:00\"; it must be a time from 00:00:00.001 to 1.00:00:00." },
        { new() { MaxConcurrentRequests = 0 }, "KubeApi:MaxConcurrentRequests is \"0\"; it must be 1 or more." },
        { new() { RequestsPerSecond = -0.5 }, "KubeApi:RequestsPerSecond is \"-0.5\"; it must be a number above 0, or leave it out for no limit." },
        { new() { RequestsPerSecond = double.NaN }, "KubeApi:RequestsPerSecond is \"NaN\"; it must be a number above 0, or leave it out for no limit." },
        { new() { RequestBurst = 0 }, "KubeApi:RequestBurst is \"0\"; it must be 1 or more." },
        { new() { UserAgent = "a\nb" }, "KubeApi:UserAgent is \"a\nb\"; it must be NAME/VERSION, as in the HTTP User-Agent header." },
    };

    [Fact]
    public void The_defaults_are_valid() => Assert.True(s_validator.Validate(null, new KubeApiOptions()).Succeeded);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_its_option_and_the_remedy(KubeApiOptions options, string failure) =>
        Assert.Equal([failure], s_validator.Validate(null, options).Failures);

    [Fact]
    public void All_wrong_values_are_named_at_once() => Assert.Equal(
        2, s_validator.Validate(null, new KubeApiOptions { RequestBurst = 0, MaxConcurrentRequests = -1 }).Failures!.Count());
}
