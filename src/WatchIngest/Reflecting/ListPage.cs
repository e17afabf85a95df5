using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>What a page of a list says beside its objects (<c>metav1.ListMeta</c>).</summary>
/// <param name="Version">The resource version of the list.</param>
/// <param name="Continue">Where the next page begins; empty on the last.</param>
internal readonly record struct ListPage(long Version, string Continue)
{
    /// <summary>Decodes a page while it streams in: what is held of it at any time is one object.</summary>
    /// <param name="pipe">The body of the answer.</param>
    /// <param name="decode">The decoder of the kind.</param>
    /// <param name="objects">Where the objects are added.</param>
    /// <param name="received">Called whenever bytes have arrived.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JsonException">It is no list.</exception>
    public static async Task<ListPage> ReadAsync(
        PipeReader pipe, SnapshotDecoder decode, List<DecodedObject> objects, Action received, CancellationToken cancellationToken)
    {
        var parser = new Parser(decode, objects);

        // An object that has not arrived whole is parsed again only when twice as much of it is there: else large ones would
        // cost the square of their size.
        var worthParsing = 1L;
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            received();
            var buffer = result.Buffer;
            if (buffer.Length < worthParsing && !result.IsCompleted)
            {
                pipe.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            var consumed = parser.Parse(buffer, result.IsCompleted);
            if (result.IsCompleted)
                return parser.End();
            worthParsing = 2 * (buffer.Length - consumed);
            pipe.AdvanceTo(buffer.GetPosition(consumed), buffer.End);
        }
    }

    /// <summary>Parses a page piece by piece.</summary>
    private sealed class Parser(SnapshotDecoder decode, List<DecodedObject> objects)
    {
        private JsonReaderState _state;
        private Place _place = Place.BeforeList;
        private long? _version;
        private string _next = "";
        private bool _hasItems;

        private enum Place
        {
            BeforeList,
            InList,
            InItems,
            AfterList,
        }

        /// <summary>Parses what has arrived whole and returns its length.</summary>
        public long Parse(in ReadOnlySequence<byte> buffer, bool isLast)
        {
            var reader = new Utf8JsonReader(buffer, isLast, _state);
            while (Step(ref reader, buffer))
            {
                // As far as it goes.
            }

            _state = reader.CurrentState;
            return reader.BytesConsumed;
        }

        /// <summary>To take something else for an empty list would be to take all objects for deleted.</summary>
        public ListPage End() => _place == Place.AfterList && _hasItems
            ? new ListPage(_version ?? throw new JsonException("a list has no metadata"), _next)
            : throw new JsonException("a list has no items");

        /// <summary>One step; false, and nothing consumed, when what it takes has not arrived whole.</summary>
        private bool Step(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
        {
            var start = reader;
            if (!reader.Read())
            {
                reader = start;
                return false;
            }

            var whole = _place switch
            {
                Place.BeforeList => EnterList(reader.TokenType),
                Place.InList => Field(ref reader, buffer),
                Place.InItems => Item(ref reader, buffer),
                _ => throw new JsonException("there is something after the list"),
            };
            if (!whole)
                reader = start;
            return whole;
        }

        private bool EnterList(JsonTokenType token)
        {
            _place = token == JsonTokenType.StartObject ? Place.InList : throw new JsonException("a list is no object");
            return true;
        }

        private bool Field(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                _place = Place.AfterList;
                return true;
            }

            var isItems = reader.ValueTextEquals("items"u8);
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            if (!reader.Read())
                return false;
            if (isItems)
            {
                _hasItems = true;
                if (reader.TokenType == JsonTokenType.StartArray)
                    _place = Place.InItems;
                else if (reader.TokenType != JsonTokenType.Null)
                    throw new JsonException("the items of a list are no array");
                return true;
            }

            var start = reader.TokenStartIndex;
            if (!reader.TrySkip())
                return false;
            if (isMetadata)
                Metadata(buffer.Slice(start, reader.BytesConsumed - start));
            return true;
        }

        private void Metadata(in ReadOnlySequence<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            using var metadata = JsonDocument.ParseValue(ref reader);
            _version = ListMeta.VersionOf(metadata.RootElement);
            _next = ListMeta.ContinueOf(metadata.RootElement);
        }

        private bool Item(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                _place = Place.InList;
                return true;
            }

            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("an item of a list is no object");
            var start = reader.TokenStartIndex;
            if (!reader.TrySkip())
                return false;
            objects.Add(DecodedObject.Read(buffer.Slice(start, reader.BytesConsumed - start), decode));
            return true;
        }
    }
}
