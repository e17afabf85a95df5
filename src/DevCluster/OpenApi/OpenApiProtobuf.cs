using System.Text.Json.Nodes;
using Google.Protobuf;

namespace OrleansOperator.DevCluster.OpenApi;

/// <summary>
/// Writes the OpenAPI v2 document in the protobuf form that kubectl asks for (gnostic's <c>openapi.v2.Document</c>).
/// The numbers are those of its messages.
/// </summary>
internal static class OpenApiProtobuf
{
    /// <summary>What it is answered as. Clients ask for it with an <c>@</c>, which no media type may have.</summary>
    public const string MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>Whether a client wants this form.</summary>
    public static bool IsWanted(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Replace('@', '.').Contains(MediaType, StringComparison.Ordinal);

    private static readonly (string Action, int Number)[] Actions = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8)];

    public static byte[] Write(JsonObject document) => Message(o =>
    {
        Text(o, 1, document.Text("swagger"));
        Nested(o, 2, info =>
        {
            Text(info, 1, document["info"].Text("title"));
            Text(info, 2, document["info"].Text("version"));
        });
        Nested(o, 8, paths => Named(paths, 2, document.Object("paths"), Path));
        Nested(o, 9, definitions => Named(definitions, 1, document.Object("definitions"), Schema));
    });

    private static void Path(CodedOutputStream o, JsonObject path)
    {
        foreach (var (action, number) in Actions)
        {
            if (path.Object(action) is { } operation)
                Nested(o, number, inner => Operation(inner, operation));
        }
    }

    private static void Operation(CodedOutputStream o, JsonObject operation)
    {
        Text(o, 5, operation.Text("operationId"));
        foreach (var parameter in operation.List("parameters") ?? [])
        {
            // ParametersItem → Parameter → NonBodyParameter → QueryParameterSubSchema.
            Nested(o, 8, item => Nested(item, 1, of => Nested(of, 2, nonBody => Nested(nonBody, 3, query =>
            {
                Text(query, 2, "query");
                Text(query, 4, parameter.Text("name"));
                Text(query, 6, parameter.Text("type"));
            }))));
        }

        // Response: its description, and its schema as SchemaItem.
        Nested(o, 9, responses => Named(responses, 1, operation.Object("responses"), (value, response) => Nested(value, 1, of =>
        {
            Text(of, 1, response.Text("description"));
            if (response.Object("schema") is { } schema)
                Nested(of, 2, item => Nested(item, 1, inner => Schema(inner, schema)));
        })));
        Extensions(o, 13, operation);
    }

    private static void Schema(CodedOutputStream o, JsonObject schema)
    {
        Text(o, 1, schema.Text("$ref"));
        Text(o, 2, schema.Text("format"));
        Text(o, 4, schema.Text("description"));
        foreach (var name in schema.List("required") ?? [])
            Text(o, 19, name!.GetValue<string>());
        foreach (var value in schema.List("enum") ?? [])
            Nested(o, 20, any => Text(any, 2, value.ToText()));
        if (schema.Object("additionalProperties") is { } additional)
            Nested(o, 21, item => Nested(item, 1, inner => Schema(inner, additional)));
        if (schema.Text("type") is { } type)
            Nested(o, 22, item => Text(item, 1, type));
        if (schema.Object("items") is { } items)
            Nested(o, 23, item => Nested(item, 1, inner => Schema(inner, items)));
        if (schema.Object("properties") is { } properties)
            Nested(o, 25, inner => Named(inner, 1, properties, Schema));
        Extensions(o, 31, schema);
    }

    /// <summary>What begins with <c>x-</c>, as YAML, which JSON is.</summary>
    private static void Extensions(CodedOutputStream o, int number, JsonObject of)
    {
        foreach (var (name, value) in of.Where(pair => pair.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            Nested(o, number, named =>
            {
                Text(named, 1, name);
                Nested(named, 2, any => Text(any, 2, value.ToText()));
            });
        }
    }

    private static void Named(CodedOutputStream o, int number, JsonObject? map, Action<CodedOutputStream, JsonObject> write)
    {
        foreach (var (name, value) in map ?? [])
        {
            if (value is not JsonObject obj)
                continue;
            Nested(o, number, named =>
            {
                Text(named, 1, name);
                Nested(named, 2, inner => write(inner, obj));
            });
        }
    }

    private static void Nested(CodedOutputStream o, int number, Action<CodedOutputStream> write)
    {
        o.WriteTag(number, WireFormat.WireType.LengthDelimited);
        o.WriteBytes(UnsafeByteOperations.UnsafeWrap(Message(write)));
    }

    private static void Text(CodedOutputStream o, int number, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        o.WriteTag(number, WireFormat.WireType.LengthDelimited);
        o.WriteString(text);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }
}
