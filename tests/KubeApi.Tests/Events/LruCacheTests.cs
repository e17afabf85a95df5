using CsCheck;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.KubeApi.Tests.Events;

public sealed class LruCacheTests
{
    [Fact]
    public void The_one_used_longest_ago_is_forgotten()
    {
        var cache = new LruCache<string, int>(2);
        cache.Set("a", 1);
        cache.Set("b", 2);
        Assert.True(cache.TryGet("a", out _));
        cache.Set("c", 3);

        Assert.True(cache.TryGet("a", out var a));
        Assert.False(cache.TryGet("b", out _));
        Assert.True(cache.TryGet("c", out var c));
        Assert.Equal((1, 3), (a, c));
    }

    [Fact]
    public void It_does_what_a_list_sorted_by_last_use_does()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Select(Gen.Bool, Gen.Int[0, 8]).Array[0, 60]).Sample((capacity, steps) =>
        {
            var cache = new LruCache<int, int>(capacity);
            var model = new List<(int Key, int Value)>();
            foreach (var (step, (set, key)) in steps.Index())
            {
                var at = model.FindIndex(item => item.Key == key);
                if (set)
                {
                    cache.Set(key, step);
                    if (at >= 0)
                        model.RemoveAt(at);
                    model.Add((key, step));
                    if (model.Count > capacity)
                        model.RemoveAt(0);
                }
                else
                {
                    Assert.Equal(at >= 0, cache.TryGet(key, out var value));
                    if (at < 0)
                        continue;

                    Assert.Equal(model[at].Value, value);
                    model.Add(model[at]);
                    model.RemoveAt(at);
                }

                Assert.Equal(model.Count, cache.Count);
            }
        });
    }
}
