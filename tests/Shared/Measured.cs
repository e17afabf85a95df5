using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansOperator.Tests;

/// <summary>What the instruments of a meter factory measure: <c>name tag=value ...</c>; sums, and of gauges the newest value.</summary>
internal sealed class Measured : IMeterFactory
{
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The value of a series; null when it has none.</summary>
    public double? this[string series]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.TryGetValue(series, out var value) ? value : null;
        }
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal).Prepend(instrument.Name));
        _values.AddOrUpdate(series, value, (_, before) => instrument.IsObservable ? value : before + value);
    }
}
