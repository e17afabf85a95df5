using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CsCheck;
using Google.Protobuf;
using OrleansOperator.DevCluster.Protobuf;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Protobuf;

/// <summary>Go clients send built-in kinds as protobuf.</summary>
public sealed class ProtobufBodyTests
{
    private const string MediaType = "application/vnd.kubernetes.protobuf";

    [Fact]
    public async Task A_deployment_is_created()
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });
        var answer = await PostAsync(cluster, "/apis/apps/v1/namespaces/default/deployments", Body("apps/v1", "Deployment", Deployment));
        Assert.Equal(201, answer.Code);
        Assert.Equal("web", answer.Json["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(0, answer.Json["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal("nginx:1", answer.Json["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.Equal("web", answer.Json["spec"]!["selector"]!["matchLabels"]!["app"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_access_review_is_answered()
    {
        await using var cluster = await TestCluster.StartAsync();
        var review = Body("authorization.k8s.io/v1", "SelfSubjectAccessReview", o => Nested(o, 2, spec => Nested(spec, 1, attributes => Text(attributes, 2, "create"))));
        var answer = await PostAsync(cluster, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
        Assert.Equal("create", answer.Json["spec"]!["resourceAttributes"]!["verb"]!.GetValue<string>());
        Assert.True(answer.Json["status"]!["allowed"]!.GetValue<bool>());
    }

    [Fact]
    public void Inline_fields_times_quantities_and_ports_have_their_json_form()
    {
        var pod = WireDecoder.Decode(Body("v1", "Pod", o =>
        {
            Nested(o, 1, metadata => Nested(metadata, 8, time => Number(time, 1, 1_700_000_000)));
            Nested(o, 2, spec =>
            {
                Nested(spec, 1, volume =>
                {
                    Text(volume, 1, "data");
                    Nested(volume, 2, source => Nested(source, 2, emptyDir => Text(emptyDir, 1, "Memory")));
                });
                Nested(spec, 2, container =>
                {
                    Nested(container, 8, resources => Nested(resources, 1, entry =>
                    {
                        Text(entry, 1, "cpu");
                        Nested(entry, 2, quantity => Text(quantity, 1, "250m"));
                    }));
                    Nested(container, 10, probe => Nested(probe, 1, handler => Nested(handler, 2, get => Nested(get, 2, port =>
                    {
                        Number(port, 1, 1);
                        Text(port, 3, "http");
                    }))));
                });
            });
        }));
        var expected = JsonNode.Parse("""
            {"kind":"Pod","apiVersion":"v1","metadata":{"creationTimestamp":"2023-11-14T22:13:20Z"},"spec":{
              "volumes":[{"name":"data","emptyDir":{"medium":"Memory"}}],
              "containers":[{"resources":{"limits":{"cpu":"250m"}},"livenessProbe":{"httpGet":{"port":"http"}}}]}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, pod), pod.ToJsonString());
    }

    [Fact]
    public async Task Whatever_is_no_protobuf_is_a_bad_request()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Gen.Select(Gen.Byte.Array[0, 60], Gen.Bool).SampleAsync(
            async (bytes, enveloped) =>
            {
                var body = enveloped ? Body("v1", "ConfigMap", bytes) : [.. "k8s\0"u8, .. bytes];
                Assert.InRange((await PostAsync(cluster, TestCluster.ConfigMaps, body)).Code, 201, 422);
            },
            iter: 300, threads: 1);
        (await PostAsync(cluster, TestCluster.ConfigMaps, [1, 2, 3])).AssertStatus(400);
        await cluster.AssertUnharmedAsync();
    }

    private static void Deployment(CodedOutputStream o)
    {
        Nested(o, 1, metadata => Text(metadata, 1, "web"));
        Nested(o, 2, spec =>
        {
            Number(spec, 1, 0);
            Nested(spec, 2, selector => Labels(selector, 1));
            Nested(spec, 3, template =>
            {
                Nested(template, 1, metadata => Labels(metadata, 11));
                Nested(template, 2, pod => Nested(pod, 2, container =>
                {
                    Text(container, 1, "nginx");
                    Text(container, 2, "nginx:1");
                    Text(container, 5, "");
                }));
            });
        });
    }

    private static void Labels(CodedOutputStream o, int number) => Nested(o, number, entry =>
    {
        Text(entry, 1, "app");
        Text(entry, 2, "web");
    });

    private static byte[] Body(string apiVersion, string kind, Action<CodedOutputStream> write) => Body(apiVersion, kind, Message(write));

    private static byte[] Body(string apiVersion, string kind, byte[] raw) =>
    [
        .. "k8s\0"u8,
        .. Message(envelope =>
        {
            Nested(envelope, 1, type =>
            {
                Text(type, 1, apiVersion);
                Text(type, 2, kind);
            });
            envelope.WriteTag(2, WireFormat.WireType.LengthDelimited);
            envelope.WriteBytes(ByteString.CopyFrom(raw));
        }),
    ];

    private static void Nested(CodedOutputStream o, int number, Action<CodedOutputStream> write)
    {
        o.WriteTag(number, WireFormat.WireType.LengthDelimited);
        o.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Text(CodedOutputStream o, int number, string text)
    {
        o.WriteTag(number, WireFormat.WireType.LengthDelimited);
        o.WriteString(text);
    }

    private static void Number(CodedOutputStream o, int number, long value)
    {
        o.WriteTag(number, WireFormat.WireType.Varint);
        o.WriteInt64(value);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    private static async Task<Answer> PostAsync(TestCluster cluster, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(MediaType);
        using var response = await cluster.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, null, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
