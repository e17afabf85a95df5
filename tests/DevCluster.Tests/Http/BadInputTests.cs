using System.Net.Sockets;
using System.Text;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}}")]
    public async Task Malformed_json_is_a_bad_request(string body)
    {
        await using var cluster = await TestCluster.StartAsync();
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body)).AssertStatus(400);
        await cluster.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: b: c")]
    [InlineData("? {a: b}\n: c")]
    public async Task Malformed_yaml_is_a_bad_request(string body)
    {
        await using var cluster = await TestCluster.StartAsync();
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body, "application/yaml")).AssertStatus(400);
        await cluster.AssertUnharmedAsync();
    }

    [Fact]
    public async Task A_body_over_3_MiB_is_too_large()
    {
        await using var cluster = await TestCluster.StartAsync();
        var body = TestCluster.ConfigMap("big").Replace("\"1\"", $"\"{new string('x', 3 * 1024 * 1024)}\"", StringComparison.Ordinal);
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body)).AssertStatus(413);
        await cluster.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("POST", "text/plain")]
    [InlineData("POST", "application/xml")]
    [InlineData("PATCH", "application/json")]
    [InlineData("PATCH", "text/plain")]
    public async Task An_unknown_media_type_is_unsupported(string method, string type)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("a");
        var path = TestCluster.ConfigMaps + (method == "PATCH" ? "/a" : "");
        (await cluster.SendAsync(new HttpMethod(method), path, "{}", type)).AssertStatus(415);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("-")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("ü")]
    public async Task An_absurd_name_is_invalid(string name)
    {
        await using var cluster = await TestCluster.StartAsync();
        var answer = await cluster.CreateAsync(name);
        answer.AssertStatus(422);
        Assert.Contains("metadata.name", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_thousands_of_letters_is_invalid()
    {
        await using var cluster = await TestCluster.StartAsync();
        (await cluster.CreateAsync(new string('a', 5000))).AssertStatus(422);
    }

    [Theory]
    [InlineData("application/json", 2000)]
    [InlineData("application/yaml", 2000)]
    [InlineData("application/json", 200_000)]
    [InlineData("application/yaml", 200_000)]
    public async Task Deep_nesting_is_a_bad_request(string type, int depth)
    {
        await using var cluster = await TestCluster.StartAsync();
        var deep = string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth));
        var body = TestCluster.ConfigMap("deep").Replace("\"1\"", deep, StringComparison.Ordinal);
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, body, type)).AssertStatus(400);
        await cluster.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Thousands_of_labels_are_stored_and_selected_by()
    {
        await using var cluster = await TestCluster.StartAsync();
        var labels = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"l{i}\":\"v{i}\""));
        var created = await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, TestCluster.ConfigMap("many", ",\"labels\":{" + labels + "}"));
        Assert.Equal(201, created.Code);
        var list = await cluster.GetAsync(TestCluster.ConfigMaps + "?labelSelector=l4999%3Dv4999");
        Assert.Single(list.Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData("labelSelector", "a in b")]
    [InlineData("labelSelector", "a in (")]
    [InlineData("labelSelector", "=,=")]
    [InlineData("labelSelector", "!!a")]
    [InlineData("fieldSelector", "nonsense")]
    [InlineData("fieldSelector", "spec.nothing=1")]
    public async Task A_selector_that_does_not_parse_is_a_bad_request(string parameter, string selector)
    {
        await using var cluster = await TestCluster.StartAsync();
        var query = $"?{parameter}={Uri.EscapeDataString(selector)}";
        (await cluster.GetAsync(TestCluster.ConfigMaps + query)).AssertStatus(400);
        (await cluster.GetAsync(TestCluster.ConfigMaps + query + "&watch=true")).AssertStatus(400);
    }

    [Theory]
    [InlineData("POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"kind\":")]
    [InlineData("POST /api/v1/namespaces/default/configmaps HTT")]
    [InlineData("GET /api/v1/configmaps HTTP/1.1\r\nHost")]
    [InlineData("\0\u0001\u0002\r\n\r\n")]
    public async Task A_request_cut_half_way_harms_nobody(string half)
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { PlainHttp = true });
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(cluster.Server.Url.Host, cluster.Server.Url.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(half), TestContext.Current.CancellationToken);
        }

        await cluster.AssertUnharmedAsync();
        Assert.Empty((await cluster.GetAsync(TestCluster.ConfigMaps)).Json["items"]!.AsArray());
    }
}
