using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrleansOperator.Fleet.Objects;

namespace OrleansOperator.Fleet.Tests.Objects;

/// <summary>Queries as URLs have them.</summary>
public sealed class ObjectQueryTextTests
{
    private static readonly RowKey Key = new(-5, "ä/\"&<>", "ns", "name", "thing", "silo-0");

    [Fact]
    public void Nothing_asked_for_is_the_first_page_worst_first() => Assert.Equal(new ObjectQuery(), Parse(""));

    [Fact]
    public void Every_parameter_is_read() =>
        Assert.Equal(
            new ObjectQuery
            {
                Search = "a b",
                Controller = "thing",
                Namespace = "ns",
                Silo = "pod-1",
                State = ObjectState.NotReady,
                Sort = "size",
                Descending = true,
                Limit = 7,
                From = Key,
            },
            Parse($"?q=a+b&controller=thing&namespace=ns&silo=pod-1&state=not-ready&sort=-size&limit=7&after={Key.ToCursor()}"));

    [Fact]
    public void An_empty_before_is_the_last_page() => Assert.Equal(new ObjectQuery { Backwards = true }, Parse("?before="));

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Select(
            Gen.String, Given.One(RowSort.All(Given.Kinds)), Gen.Bool, Gen.Bool, Given.One<ObjectState?>([null, ObjectState.Failing]), Gen.Int[1, 500], Gen.Bool,
            (search, sort, descending, backwards, state, limit, cursor) => new ObjectQuery
            {
                Search = search.Replace("\0", "", StringComparison.Ordinal).Trim(),
                Sort = sort,
                Descending = descending,
                Backwards = backwards,
                State = state,
                Limit = limit,
                From = cursor ? Key : null,
            })
            .Where(query => query.Search.Length <= 100 && !query.Search.Any(char.IsSurrogate))
            .Sample(query => Assert.Equal(query, Parse(ObjectQueryText.Format(query))), iter: 500);

    [Theory]
    [InlineData("?state=broken", "The parameter state is 'broken': it must be one of failing, stalled, deleting, not-ready, ready.")]
    [InlineData("?sort=height", "The parameter sort is 'height': it must be one of state, kind, namespace, name, reason, silo, reconciled, took, failures, retry, size, color, or with - before it in descending order.")]
    [InlineData("?limit=0", "The parameter limit is '0': it must be a whole number from 1 to 500.")]
    [InlineData("?limit=501", "The parameter limit is '501': it must be a whole number from 1 to 500.")]
    [InlineData("?limit=x", "The parameter limit is 'x': it must be a whole number from 1 to 500.")]
    [InlineData("?controller=x", "The parameter controller is 'x': it must be one of thing.")]
    [InlineData("?after=!", "The parameter after is '!': it must be a cursor from the answer to an earlier query.")]
    [InlineData("?after=e30", "The parameter after is 'e30': it must be a cursor from the answer to an earlier query.")] // {}
    [InlineData("?after=bnVsbA", "The parameter after is 'bnVsbA': it must be a cursor from the answer to an earlier query.")] // null
    [InlineData("?before=AAAA", "The parameter before is 'AAAA': it must be a cursor from the answer to an earlier query.")]
    public void A_bad_value_is_named_with_what_it_can_be(string query, string message) =>
        Assert.Equal(message, Assert.Throws<FleetQueryException>(() => Parse(query)).Message);

    [Fact]
    public void A_text_that_is_too_long_is_refused_without_repeating_it()
    {
        var message = Assert.Throws<FleetQueryException>(() => Parse("?q=" + new string('x', 10_000))).Message;

        Assert.EndsWith("it must be at most 512 characters long.", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 0, 300);
    }

    private static ObjectQuery Parse(string query) => ObjectQueryText.Parse(new QueryCollection(QueryHelpers.ParseQuery(query)), Given.Kinds);
}
