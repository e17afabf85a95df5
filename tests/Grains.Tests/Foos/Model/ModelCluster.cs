using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Foos.Model;

/// <summary>
/// A cluster with few Foos, most often one named "foo", as a model: its API server, its garbage collector and its deployment controller, in memory and
/// without time. Each request may fail in one of the ways that real ones do, and things may happen before and after it.
/// </summary>
internal sealed class ModelCluster : IKubeApi
{
    private const string Managers = """
        {"metadata":{"managedFields":[{"manager":"orleans-operator","fieldsV1":{"f:spec":{"f:selector":{}}}},{"manager":"kubectl-edit","fieldsV1":{"f:spec":{"f:replicas":{}}}}]}}
        """;

    private const string Namespace = "default";

    private readonly Dictionary<string, FooSnapshot> _foos = [];
    private long _version = 100;
    private int _uids;

    /// <summary>What happens while a request is on its way, and while its answer is.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>What becomes of the next request.</summary>
    public Fault Fault { get; set; }

    /// <summary>What becomes of every request for which <see cref="Fault"/> says nothing.</summary>
    public Func<KubeRequest, Fault> FaultOf { get; set; } = static _ => Fault.None;

    public FooSnapshot? Foo => Find("foo");

    public IReadOnlyCollection<FooSnapshot> Foos => _foos.Values;

    public Dictionary<string, DeploymentSnapshot> Deployments { get; } = [];

    /// <summary>What the watch of Foos has sent.</summary>
    public List<Observation> FooFeed { get; } = [];

    /// <summary>What the watch of Deployments has sent of those that concern a Foo's grain.</summary>
    public List<Observation> DeploymentFeed { get; } = [];

    /// <summary>Everything that has happened to Foos, in order: what a feed sees.</summary>
    public List<ModelEvent> FooEvents { get; } = [];

    /// <summary>Everything that has happened to Deployments, in order: what a feed sees.</summary>
    public List<ModelEvent> DeploymentEvents { get; } = [];

    /// <summary>The newest resource version.</summary>
    public long Version => _version;

    /// <summary>What was written and must not be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>How many requests have changed something, or have tried to.</summary>
    public int Writes { get; private set; }

    public FooSnapshot? Find(string foo) => _foos.GetValueOrDefault(foo);

    public void CreateFoo(int? replicas, string deploymentName, string name = "foo")
    {
        if (Find(name) is not null)
            return;
        Put(new FooSnapshot
        {
            Key = new ObjectKey(Namespace, name),
            Uid = $"foo-{++_uids}",
            ResourceVersion = 0,
            Generation = 1,
            Replicas = replicas,
            DeploymentName = deploymentName,
        });
    }

    public void EditFoo(int? replicas, string deploymentName, string name = "foo")
    {
        if (Find(name) is { } foo && (foo.Replicas, foo.DeploymentName) != (replicas, deploymentName))
            Put(foo with { Generation = foo.Generation + 1, Replicas = replicas, DeploymentName = deploymentName });
    }

    /// <summary>Deletes the Foo; with a finalizer it stays for now.</summary>
    public void DeleteFoo(bool finalizer)
    {
        if (Foo is not { } foo)
            return;
        if (finalizer)
        {
            if (!foo.Deleting)
                Put(foo with { Deleting = true, Generation = foo.Generation + 1 });
            return;
        }

        _foos.Remove(foo.Key.Name);
        FooEvents.Add(new ModelEvent(foo, IsDeletion: true, ++_version));
        FooFeed.Add(Given.Gone(foo));
    }

    /// <summary>Someone else makes a Deployment.</summary>
    public void CreateForeign(string name)
    {
        if (!Deployments.ContainsKey(name))
            Put(new DeploymentSnapshot { Key = new ObjectKey(Namespace, name), Uid = $"deployment-{++_uids}", ResourceVersion = 0, Generation = 1, Replicas = 1 });
    }

    /// <summary>A user removes the owner reference, to keep a Deployment. The old owner is told.</summary>
    public void Release(string name)
    {
        if (Deployments.GetValueOrDefault(name) is not { Controller: not null } deployment)
            return;
        DeploymentFeed.Add(Given.Seen(Put(deployment with { Controller = null })));
    }

    public void DeleteDeployment(string name)
    {
        if (!Deployments.Remove(name, out var deployment))
            return;
        DeploymentEvents.Add(new ModelEvent(deployment, IsDeletion: true, ++_version));
        if (deployment.Controller is not null)
            DeploymentFeed.Add(Given.Gone(deployment));
    }

    public void DeleteForeign()
    {
        foreach (var name in Deployments.Values.Where(d => d.Controller is null).Select(d => d.Key.Name).ToList())
            DeleteDeployment(name);
    }

    public void EditDeployment(string name, int replicas, string image)
    {
        if (Deployments.TryGetValue(name, out var deployment))
            Change(deployment, deployment with { Replicas = replicas, Image = image, AppLabel = image });
    }

    /// <summary>Another writer sets the replicas.</summary>
    public void Scale(string name, int replicas)
    {
        if (Deployments.TryGetValue(name, out var deployment))
            Change(deployment, deployment with { Replicas = replicas });
    }

    /// <summary>The deployment controller: all replicas become available.</summary>
    public void MakeAvailable()
    {
        foreach (var deployment in Deployments.Values.ToList())
        {
            var replicas = deployment.Replicas ?? 1;
            var rolledOut = deployment with { AvailableReplicas = replicas, UpdatedReplicas = replicas, ObservedGeneration = deployment.Generation };
            if (rolledOut != deployment)
                Put(rolledOut);
        }
    }

    /// <summary>The garbage collector: what belongs to a Foo that is gone goes too.</summary>
    public void Collect()
    {
        foreach (var name in Deployments.Values.Where(d => d.Controller is { } c && _foos.Values.All(foo => foo.Uid != c.Uid)).Select(d => d.Key.Name).ToList())
            DeleteDeployment(name);
    }

    /// <summary>Everything that is there, as a list or a resync delivers it.</summary>
    public IEnumerable<Observation> All(ObservationCause cause)
    {
        foreach (var deployment in Deployments.Values.Where(d => d.Controller is not null))
            yield return Given.Seen(deployment, cause);
        foreach (var foo in _foos.Values)
            yield return Given.Seen(foo, cause);
    }

    /// <summary>Takes a backup of etcd.</summary>
    /// <returns>
    /// Restores it: the versions of the objects go back, and what was deleted since returns. New versions go on from the highest ever
    /// used (etcdutl snapshot restore --bump-revision): one that was used twice, for different states, nobody could tell apart.
    /// </returns>
    public Action Backup()
    {
        var (foos, deployments) = (_foos.ToList(), Deployments.ToList());
        return () =>
        {
            _foos.Clear();
            Deployments.Clear();
            foos.ForEach(foo => _foos.Add(foo.Key, foo.Value));
            deployments.ForEach(deployment => Deployments.Add(deployment.Key, deployment.Value));
        };
    }

    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("grains open no streams");

    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        await Meanwhile();
        var fault = Fault == Fault.None ? FaultOf(request) : Fault;
        Fault = Fault.None;
        if (request.Method != HttpMethod.Get && !request.Path.Contains("dryRun", StringComparison.Ordinal))
            Writes++;
        Fail(fault, request.Target);
        KubeApiException? error = null;
        object? answer = null;
        try
        {
            answer = Answer(request);
        }
        catch (KubeApiException e)
        {
            error = e;
        }

        await Meanwhile();
        if (fault == Fault.AnswerLost)
            throw NoAnswer(request.Target);
        if (error is not null)
            throw error;
        return typeof(TResult) == typeof(FieldManagers) ? JsonSerializer.Deserialize(Managers, result)! : (TResult)answer!;
    }

    public static string MessageOf(Fault fault) => fault switch
    {
        Fault.QuotaExceeded => "deployments.apps \"web\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: 1, limited: 1",
        Fault.PolicyDenied => "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
        Fault.PermissionMissing => "deployments.apps is forbidden: User \"operator\" cannot create resource \"deployments\" in API group \"apps\"",
        _ => $"fault {fault}",
    };

    private static void Fail(Fault fault, RequestTarget target)
    {
        var (code, reason) = fault switch
        {
            Fault.ServerError => (HttpStatusCode.InternalServerError, "InternalError"),
            Fault.TooManyRequests => (HttpStatusCode.TooManyRequests, "TooManyRequests"),
            Fault.Conflict => (HttpStatusCode.Conflict, "Conflict"),
            Fault.Invalid => (HttpStatusCode.UnprocessableEntity, "Invalid"),
            Fault.NamespaceTerminating or Fault.QuotaExceeded or Fault.PermissionMissing => (HttpStatusCode.Forbidden, "Forbidden"),
            Fault.PolicyDenied => (HttpStatusCode.UnprocessableEntity, "Invalid"),
            _ => (default, ""),
        };
        if (fault == Fault.Refused)
            throw NoAnswer(target);
        if (code != default)
            throw new KubeApiException(code, reason, MessageOf(fault), target) { IsNamespaceTerminating = fault == Fault.NamespaceTerminating };
    }

    private object Answer(KubeRequest request)
    {
        var path = request.Path.Split('?')[0].Split('/');
        var body = request.Body.IsEmpty ? default : JsonDocument.Parse(request.Body).RootElement;
        return (request.Method.Method, path[^2], path[^1]) switch
        {
            ("GET", "foos", var name) => Find(name) ?? throw NotFound(request.Target),
            ("GET", "deployments", var name) => Existing(name, request.Target),
            ("POST", _, "deployments") => Create(body, request.Target),
            ("PATCH", "deployments", var name) => Patch(Existing(name, request.Target), body, request.Target),
            ("DELETE", "deployments", var name) => Delete(Existing(name, request.Target), body, request.Target),
            ("PATCH", var name, "status") => WriteStatus(Find(name) ?? throw NotFound(request.Target), body, request.Target, dryRun: request.Path.EndsWith("?dryRun=All", StringComparison.Ordinal)),
            _ => throw new InvalidOperationException($"The model knows no {request.Method} {request.Path}."),
        };
    }

    private DeploymentSnapshot Create(JsonElement body, RequestTarget target)
    {
        var (metadata, spec) = (body.GetProperty("metadata"), body.GetProperty("spec"));
        var name = metadata.GetProperty("name").GetString()!;
        if (Deployments.ContainsKey(name))
            throw new KubeApiException(HttpStatusCode.Conflict, "AlreadyExists", $"{name} already exists", target);
        var owner = metadata.GetProperty("ownerReferences")[0];
        return Put(new DeploymentSnapshot
        {
            Key = new ObjectKey(Namespace, name),
            Uid = $"deployment-{++_uids}",
            ResourceVersion = 0,
            Generation = 1,
            Controller = new ControllerReference(owner.GetProperty("apiVersion").GetString()!, "Foo", owner.GetProperty("name").GetString()!, owner.GetProperty("uid").GetString()!),
            Replicas = spec.TryGetProperty("replicas", out var replicas) ? replicas.GetInt32() : 1,
            Image = FooReconciler.Image,
            AppLabel = FooReconciler.App,
            ControllerLabel = owner.GetProperty("name").GetString(),
        });
    }

    private DeploymentSnapshot Patch(DeploymentSnapshot deployment, JsonElement body, RequestTarget target)
    {
        CheckVersion(body.GetProperty("metadata"), deployment, target);
        var spec = body.GetProperty("spec");
        var changed = deployment;
        if (spec.TryGetProperty("replicas", out var replicas))
            changed = changed with { Replicas = replicas.GetInt32() };
        if (spec.TryGetProperty("template", out var template))
        {
            if (template.TryGetProperty("spec", out _))
                changed = changed with { Image = FooReconciler.Image };
            if (template.TryGetProperty("metadata", out var metadata))
            {
                var labels = metadata.GetProperty("labels");
                changed = changed with
                {
                    AppLabel = labels.TryGetProperty("app", out var app) ? app.GetString() : changed.AppLabel,
                    ControllerLabel = labels.TryGetProperty("controller", out var controller) ? controller.GetString() : changed.ControllerLabel,
                };
            }
        }

        return Change(deployment, changed);
    }

    private Deleted Delete(DeploymentSnapshot deployment, JsonElement options, RequestTarget target)
    {
        CheckVersion(options.GetProperty("preconditions"), deployment, target);
        if (deployment.Controller is null)
            Violations.Add($"{deployment.Key.Name} was released and is deleted");
        DeleteDeployment(deployment.Key.Name);
        return new Deleted(null);
    }

    private FooSnapshot WriteStatus(FooSnapshot foo, JsonElement body, RequestTarget target, bool dryRun)
    {
        CheckVersion(body.GetProperty("metadata"), foo, target);
        var status = body.GetProperty("status");
        var written = foo with
        {
            AvailableReplicas = status.GetProperty("availableReplicas").GetInt32(),
            ObservedGeneration = status.GetProperty("observedGeneration").GetInt64(),
            HasSelector = FooSelector.IsOf(foo.Key.Name, status.GetProperty("selector").GetString()),
            Conditions =
            [
                .. status.GetProperty("conditions").EnumerateArray().Select(c => new Condition(
                    c.GetProperty("type").GetString()!, c.GetProperty("status").GetString()!, c.GetProperty("reason").GetString()!,
                    c.GetProperty("message").GetString()!, c.GetProperty("lastTransitionTime").GetDateTimeOffset(), c.GetProperty("observedGeneration").GetInt64())),
            ],
        };
        return dryRun ? written : Put(written);
    }

    private static void CheckVersion(JsonElement metadata, ResourceSnapshot current, RequestTarget target)
    {
        if (metadata.GetProperty("uid").GetString() != current.Uid || metadata.GetProperty("resourceVersion").GetString() != $"{current.ResourceVersion}")
            throw new KubeApiException(HttpStatusCode.Conflict, "Conflict", "another version", target);
    }

    private DeploymentSnapshot Existing(string name, RequestTarget target) => Deployments.GetValueOrDefault(name) ?? throw NotFound(target);

    private DeploymentSnapshot Change(DeploymentSnapshot before, DeploymentSnapshot after) =>
        after == before ? before : Put(after with { Generation = before.Generation + 1 });

    private DeploymentSnapshot Put(DeploymentSnapshot deployment)
    {
        deployment = Deployments[deployment.Key.Name] = deployment with { ResourceVersion = ++_version };
        DeploymentEvents.Add(new ModelEvent(deployment, IsDeletion: false, _version));
        if (deployment.Controller is not null)
            DeploymentFeed.Add(Given.Seen(deployment));
        return deployment;
    }

    private FooSnapshot Put(FooSnapshot foo)
    {
        foo = _foos[foo.Key.Name] = foo with { ResourceVersion = ++_version };
        FooEvents.Add(new ModelEvent(foo, IsDeletion: false, _version));
        FooFeed.Add(Given.Seen(foo));
        return foo;
    }

    private static KubeApiException NotFound(RequestTarget target) => new(HttpStatusCode.NotFound, "NotFound", "not found", target);

    private static KubeApiException NoAnswer(RequestTarget target) => new("no answer", target, new HttpRequestException("no answer"));
}
