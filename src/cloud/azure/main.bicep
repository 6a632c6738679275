// All that a deployment beyond one machine needs, in one resource group:
//   az deployment sub create --location westeurope --parameters dev.bicepparam
targetScope = 'subscription'

@description('What the deployment is for: dev keeps less and costs less.')
@allowed(['dev', 'prod'])
param environment string

@description('Azure region of everything.')
param location string = deployment().location

@description('Resource group, made where it is not there.')
param resourceGroupName string = 'crypto-analytics-rg'

@description('Event Hubs namespace. The name is unique in all of Azure: choose another where it is taken.')
@minLength(6)
@maxLength(50)
param eventHubNamespaceName string = 'crypto-data-hub'

@description('Databricks workspace.')
@minLength(3)
@maxLength(64)
param databricksWorkspaceName string = 'crypto-analytics-workspace'

@description('Object id of the Entra group whose members publish, read tables and see secrets; empty: none.')
param operatorsGroupId string = ''

@description('Who is told of alerts and of money spent.')
param alertEmails string[]

@description('Amount a month at which people are told, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int

@description('First day of a month, from which the budget counts. Later deployments have to say the same.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Whether keys of the namespace are refused, so that only Entra identities get in.')
param eventHubKeysRefused bool = true

@description('Partitions of the hub, final in the Standard tier: as many as cores will read it at once.')
@minValue(1)
@maxValue(32)
param eventHubPartitions int = 4

@description('How long the hub keeps events: time to mend a pipeline that stands.')
@minValue(1)
@maxValue(168)
param eventHubRetentionHours int = environment == 'prod' ? 168 : 24

@description('Throughput units up to which the namespace grows by itself: each takes in 1 MB/s or 1,000 events/s.')
@minValue(1)
@maxValue(40)
param eventHubMaximumUnits int = environment == 'prod' ? 10 : 2

@description('Addresses or ranges (CIDR) that reach the vault, such as 203.0.113.7; empty: all, by identity alone.')
param vaultAddresses string[] = []

var tags = {
  application: 'candlebook'
  environment: environment
}

// Short, the same at each deployment, and in nobody else's way.
var suffix = take(uniqueString(subscription().subscriptionId, resourceGroupName, environment), 8)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module publisher 'modules/publisher.bicep' = {
  scope: group
  params: {
    name: 'candlebook-publisher'
    location: location
    tags: tags
  }
}

module databricks 'modules/databricks.bicep' = {
  scope: group
  params: {
    name: databricksWorkspaceName
    location: location
    tags: tags
  }
}

// Who may do what: by the modules below, each for its own resource.
var operators = empty(operatorsGroupId) ? [] : [{ id: operatorsGroupId, type: 'Group' }]

module eventHubs 'modules/event-hubs.bicep' = {
  scope: group
  params: {
    namespaceName: eventHubNamespaceName
    location: location
    tags: tags
    keysRefused: eventHubKeysRefused
    partitions: eventHubPartitions
    retentionHours: eventHubRetentionHours
    maximumUnits: eventHubMaximumUnits
    senders: concat([{ id: publisher.outputs.principalId, type: 'ServicePrincipal' }], operators)
    receivers: concat([{ id: databricks.outputs.connectorPrincipalId, type: 'ServicePrincipal' }], operators)
  }
}

module lake 'modules/lake.bicep' = {
  scope: group
  params: {
    name: 'candlebook${suffix}'
    location: location
    tags: tags
    redundancy: environment == 'prod' ? 'Standard_ZRS' : 'Standard_LRS'
    writers: concat([{ id: publisher.outputs.principalId, type: 'ServicePrincipal' }], operators)
    connectorPrincipalId: databricks.outputs.connectorPrincipalId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: 'candlebook-${suffix}'
    location: location
    tags: tags
    addresses: vaultAddresses
    readers: concat([{ id: publisher.outputs.principalId, type: 'ServicePrincipal' }], operators)
  }
}

module monitor 'modules/monitor.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    retentionDays: environment == 'prod' ? 90 : 30
    dailyGigabytes: environment == 'prod' ? 5 : 1
    alertEmails: alertEmails
    keyVaultName: keyVault.outputs.name
    namespaceName: eventHubs.outputs.namespaceName
  }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: {
    amount: monthlyBudget
    start: budgetStart
    emails: alertEmails
  }
}

@description('For `candlebook publish --to`.')
output eventHubsHost string = eventHubs.outputs.host

@description('For the setting `tables`.')
output tables string = lake.outputs.tables

@description('For the catalog of Databricks, as an external location.')
output catalogStorage string = lake.outputs.catalogStorage

@description('For the setting `keyVault`.')
output keyVaultName string = keyVault.outputs.name

@description('For AZURE_CLIENT_ID on the machine that publishes, once the identity is assigned to it.')
output publisherClientId string = publisher.outputs.clientId

@description('For the storage and service credentials of Databricks.')
output accessConnectorId string = databricks.outputs.connectorId

@description('Where to sign in to Databricks.')
output databricksUrl string = databricks.outputs.url
