// Where metrics, traces and logs of runs go, who is told, and of what.
param location string
param tags object
param retentionDays int
param dailyGigabytes int
param alertEmails string[]
param keyVaultName string
param namespaceName string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'candlebook-logs'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    workspaceCapping: {
      dailyQuotaGb: dailyGigabytes
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'candlebook-insights'
  location: location
  tags: tags
  kind: 'other'
  properties: {
    Application_Type: 'other'
    WorkspaceResourceId: workspace.id
  }
}

// The setting telemetry.azureMonitor is then { "connectionString": "keyvault:app-insights" }.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

// Who read which secret, and who was refused.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-candlebook-logs'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

resource connection 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'app-insights'
  tags: tags
  properties: {
    contentType: 'connection string of Application Insights'
    value: insights.properties.ConnectionString
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'candlebook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'candlebook'
    category: 'workbook'
    sourceId: insights.id
    serializedData: loadTextContent('../telemetry/azure-workbook.json')
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'candlebook-people'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'candlebook'
    enabled: true
    emailReceivers: [
      for (email, at) in alertEmails: {
        name: 'email-${at}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// The same rules that `candlebook telemetry alert-rules` prints.
module rules '../telemetry/azure-alert-rules.json' = {
  params: {
    applicationInsightsId: insights.id
    actionGroupIds: [people.id]
    location: location
  }
}

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName
}

// The publisher waits where it is throttled, and the market goes on: raise the namespace's maximum.
resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'candlebook-hub-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'Event Hubs refuses requests: more comes than the throughput units take.'
    severity: 2
    enabled: true
    scopes: [namespace.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.EventHub/namespaces'
          metricName: 'ThrottledRequests'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

// Errors and slow-downs that the Kafka endpoint reports, for when a client only says "refused".
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'to-candlebook-logs'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'KafkaCoordinatorLogs'
        enabled: true
      }
      {
        category: 'KafkaUserErrorLogs'
        enabled: true
      }
      {
        category: 'OperationalLogs'
        enabled: true
      }
    ]
  }
}
