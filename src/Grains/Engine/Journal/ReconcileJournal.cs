using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>
/// The latest reconciles of this silo, whatever their objects, within a fixed amount of memory: an object at rest costs
/// nothing. Failed ones are kept apart, so that many healthy objects do not push out what an operator looks for.
/// </summary>
public sealed class ReconcileJournal
{
    /// <summary>How much memory failed and other reconciles may take, each, in bytes.</summary>
    internal const int Budget = 1 << 20;

    private readonly Ring _failed = new();
    private readonly Ring _others = new();

    /// <summary>The reconciles of an object that are still kept, newest first.</summary>
    public IReadOnlyList<RunRecord> Of(string controller, ObjectKey key) =>
        [.. _failed.Of(controller, key).Concat(_others.Of(controller, key)).OrderByDescending(run => run.Started)];

    internal void Add(RunRecord run) => (run.Outcome == OutcomeKind.Failed ? _failed : _others).Add(run);

    private sealed class Ring
    {
        private readonly Lock _lock = new();
        private readonly Queue<(RunRecord Run, int Size)> _runs = new();
        private int _size;

        public void Add(RunRecord run)
        {
            var size = run.Size;
            lock (_lock)
            {
                _runs.Enqueue((run, size));
                _size += size;
                while (_size > Budget && _runs.TryDequeue(out var oldest))
                    _size -= oldest.Size;
            }
        }

        public List<RunRecord> Of(string controller, ObjectKey key)
        {
            var found = new List<RunRecord>();
            lock (_lock)
            {
                foreach (var (run, _) in _runs)
                {
                    if (run.Key == key && run.Controller == controller)
                        found.Add(run);
                }
            }

            return found;
        }
    }
}
