{{- /* The objects of a file of deploy/, in the release's namespace: what an overlay's "namespace" and "labels" do. */ -}}
{{- define "orleans-operator.file" -}}
{{- range $document := regexSplit "(?m)^---$" (.root.Files.Get (printf "files/%s" .file)) -1 }}
{{- include "orleans-operator.object" (dict "root" $.root "object" (fromYaml $document)) }}
{{- end }}
{{- end }}

{{- define "orleans-operator.object" -}}
{{- $namespace := .root.Release.Namespace }}
{{- $object := .object }}
{{- $_ := set $object.metadata "labels" (merge (dict "app.kubernetes.io/part-of" "orleans-operator") ($object.metadata.labels | default dict)) }}
{{- if not (has $object.kind (list "ClusterRole" "ClusterRoleBinding" "PriorityClass" "FlowSchema" "PriorityLevelConfiguration")) }}
{{- $_ := set $object.metadata "namespace" $namespace }}
{{- end }}
{{- range $object.subjects }}
{{- $_ := set . "namespace" $namespace }}
{{- end }}
{{- if eq $object.kind "FlowSchema" }}
{{- range $object.spec.rules }}
{{- range .subjects }}
{{- $_ := set .serviceAccount "namespace" $namespace }}
{{- end }}
{{- range .resourceRules }}
{{- $_ := set . "namespaces" (list $namespace) }}
{{- end }}
{{- end }}
{{- end }}
---
{{ toYaml $object }}
{{ end }}
