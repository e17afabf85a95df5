using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Foos;

/// <summary>Decodes what a Foo needs of a Deployment straight from UTF-8.</summary>
public static class DeploymentDecoder
{
    /// <summary>Reads one object; the reader stands on its start and is left on its end.</summary>
    /// <exception cref="JsonException">It is no object of the API server.</exception>
    public static ResourceSnapshot Decode(ref Utf8JsonReader reader)
    {
        var common = default(SnapshotReader);
        var template = default(Template);
        int? replicas = null;
        var (available, updated) = (0, 0);
        long observed = 0;
        while (SnapshotReader.NextField(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                common.ReadMetadata(ref reader);
            }
            else if (reader.ValueTextEquals("spec"u8))
            {
                if (!SnapshotReader.EnterObject(ref reader))
                    continue;
                while (SnapshotReader.NextField(ref reader))
                {
                    if (reader.ValueTextEquals("replicas"u8))
                        replicas = SnapshotReader.Count(ref reader);
                    else if (reader.ValueTextEquals("template"u8))
                        template.Read(ref reader, common.Controller?.Name);
                    else
                        SnapshotReader.SkipValue(ref reader);
                }
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                if (!SnapshotReader.EnterObject(ref reader))
                    continue;
                while (SnapshotReader.NextField(ref reader))
                {
                    if (reader.ValueTextEquals("availableReplicas"u8))
                        available = SnapshotReader.Count(ref reader) ?? 0;
                    else if (reader.ValueTextEquals("updatedReplicas"u8))
                        updated = SnapshotReader.Count(ref reader) ?? 0;
                    else if (reader.ValueTextEquals("observedGeneration"u8))
                        observed = SnapshotReader.Number(ref reader) ?? 0;
                    else
                        SnapshotReader.SkipValue(ref reader);
                }
            }
            else
            {
                SnapshotReader.SkipValue(ref reader);
            }
        }

        return new DeploymentSnapshot
        {
            Key = common.Key,
            Uid = common.Uid!,
            ResourceVersion = common.Version,
            Generation = common.Generation,
            Deleting = common.Deleting,
            Controller = common.Controller,
            Replicas = replicas,
            AvailableReplicas = available,
            UpdatedReplicas = updated,
            ObservedGeneration = observed,
            Image = template.Image,
            AppLabel = template.AppLabel,
            ControllerLabel = template.ControllerLabel,
        };
    }

    /// <summary>What matters of the pod template.</summary>
    private struct Template
    {
        public string? Image;
        public string? AppLabel;
        public string? ControllerLabel;

        public void Read(ref Utf8JsonReader reader, string? owner)
        {
            if (!SnapshotReader.EnterObject(ref reader))
                return;
            while (SnapshotReader.NextField(ref reader))
            {
                if (reader.ValueTextEquals("metadata"u8))
                    ReadMetadata(ref reader, owner);
                else if (reader.ValueTextEquals("spec"u8))
                    ReadSpec(ref reader);
                else
                    SnapshotReader.SkipValue(ref reader);
            }
        }

        private void ReadMetadata(ref Utf8JsonReader reader, string? owner)
        {
            if (!SnapshotReader.EnterObject(ref reader))
                return;
            while (SnapshotReader.NextField(ref reader))
            {
                if (!reader.ValueTextEquals("labels"u8))
                {
                    SnapshotReader.SkipValue(ref reader);
                    continue;
                }

                if (!SnapshotReader.EnterObject(ref reader))
                    continue;
                while (SnapshotReader.NextField(ref reader))
                {
                    if (reader.ValueTextEquals("app"u8))
                        AppLabel = SnapshotReader.Text(ref reader, FooReconciler.App);
                    else if (reader.ValueTextEquals("controller"u8))
                        ControllerLabel = SnapshotReader.Text(ref reader, owner);
                    else
                        SnapshotReader.SkipValue(ref reader);
                }
            }
        }

        private void ReadSpec(ref Utf8JsonReader reader)
        {
            if (!SnapshotReader.EnterObject(ref reader))
                return;
            while (SnapshotReader.NextField(ref reader))
            {
                if (!reader.ValueTextEquals("containers"u8))
                {
                    SnapshotReader.SkipValue(ref reader);
                    continue;
                }

                if (!SnapshotReader.EnterList(ref reader))
                    continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    ReadContainer(ref reader);
            }
        }

        private void ReadContainer(ref Utf8JsonReader reader)
        {
            var ours = false;
            string? image = null;
            while (SnapshotReader.NextField(ref reader))
            {
                if (reader.ValueTextEquals("name"u8))
                    ours = SnapshotReader.Text(ref reader, FooReconciler.Container) == FooReconciler.Container;
                else if (reader.ValueTextEquals("image"u8))
                    image = SnapshotReader.Text(ref reader, FooReconciler.Image);
                else
                    SnapshotReader.SkipValue(ref reader);
            }

            if (ours)
                Image = image ?? "";
        }
    }
}
