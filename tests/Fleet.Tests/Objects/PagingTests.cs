using CsCheck;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine;

namespace OrleansOperator.Fleet.Tests.Objects;

/// <summary>Pages put together from the silos' parts show every object once and in order, whichever way they are turned.</summary>
public sealed class PagingTests
{
    private static readonly Gen<Given.View> GenView =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 400], Given.One(["True", "False"]), Gen.Int[0, 2], Gen.Int[0, 3], (ns, name, ready, failures, size) =>
            Given.Held(
                Given.Ready($"ns-{ns}", $"n-{name}", ready) with { Size = size == 0 ? null : size },
                failures == 0 ? Given.Settled : Given.Settled with { Outcome = OutcomeKind.Failed, Failures = failures }));

    private static readonly Gen<ObjectQuery> GenQuery =
        Gen.Select(Given.One(RowSort.All(Given.Kinds)), Gen.Bool, Gen.Int[1, 7], Given.One<ObjectState?>([null, ObjectState.Ready, ObjectState.Failing]), Given.One(["", "n-1"]),
            (sort, descending, limit, state, search) => new ObjectQuery { Sort = sort, Descending = descending, Limit = limit, State = state, Search = search });

    [Fact]
    public void Turning_pages_forward_and_back_shows_everything_once_and_in_order() =>
        Gen.Select(GenView.Array[0, 40], Gen.Int[1, 4], GenQuery).Sample((views, silos, query) =>
        {
            var parts = views.DistinctBy(view => view.Snapshot!.Key).Select((view, i) => (view, i)).GroupBy(pair => pair.i % silos, pair => pair.view).ToList();
            ObjectPage Page(ObjectQuery asked) => ObjectPage.Of(asked, [.. parts.Select(part => Given.Part(part, asked, $"silo-{part.Key}"))]);

            var whole = Page(query with { Limit = ObjectQuery.MostRows }).Rows.Select(row => row.Position).ToList();

            var forward = new List<RowKey>();
            var page = Page(query);
            while (true)
            {
                Assert.Equal(page.Rows.Count == 0 ? 0 : forward.Count + 1, page.First);
                Assert.Equal(forward.Count > 0, page.Previous is not null);
                forward.AddRange(page.Rows.Select(row => row.Position));
                if (page.Next is null)
                    break;
                page = Page(query with { From = page.Next });
            }

            var backward = new List<RowKey>();
            page = Page(query with { Backwards = true });
            while (true)
            {
                Assert.Equal(page.Rows.Count == 0 ? 0 : whole.Count - backward.Count - page.Rows.Count + 1, page.First);
                Assert.Equal(backward.Count > 0, page.Next is not null);
                backward.InsertRange(0, page.Rows.Select(row => row.Position));
                if (page.Previous is null)
                    break;
                page = Page(query with { Backwards = true, From = page.Previous });
            }

            Assert.Equal(whole, forward);
            Assert.Equal(whole, backward);
            Assert.Equal(whole.Count, page.Matched);
        }, iter: 300);

    [Fact]
    public void A_page_that_begins_at_a_row_that_is_gone_begins_after_its_place()
    {
        var gone = new RowKey(0, "b", "ns", "b", "thing", "silo-0");
        var views = new[] { "a", "c" }.Select(name => Given.Held(Given.Ready("ns", name)));

        var page = ObjectPage.Of(
            new ObjectQuery { Sort = "name", From = gone }, [Given.Part(views, new ObjectQuery { Sort = "name", From = gone })]);

        Assert.Equal(("c", 2), (Assert.Single(page.Rows).Key.Name, page.First));
    }
}
