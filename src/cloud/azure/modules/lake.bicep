// ADLS Gen2: one container for the tables of candlebook, one for the catalog of Databricks.
import { principal, roles } from 'roles.bicep'

@minLength(3)
@maxLength(24)
param name string
param location string
param tags object
param redundancy string
param writers principal[]
param connectorPrincipalId string

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    isHnsEnabled: true
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

// What was deleted by mistake can be had back for a week; VACUUM keeps versions for as long.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource tables 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'tables'
  properties: {
    publicAccess: 'None'
  }
}

resource catalog 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'catalog'
  properties: {
    publicAccess: 'None'
  }
}

resource write 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for writer in writers: {
    scope: tables
    name: guid(tables.id, writer.id, roles.storageBlobDataContributor)
    properties: {
      principalId: writer.id
      principalType: writer.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    }
  }
]

// The store reads what Spark writes, and Spark what the store writes: neither changes the other's.
resource readCatalog 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for writer in writers: {
    scope: catalog
    name: guid(catalog.id, writer.id, roles.storageBlobDataReader)
    properties: {
      principalId: writer.id
      principalType: writer.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
    }
  }
]

resource readTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: tables
  name: guid(tables.id, connectorPrincipalId, roles.storageBlobDataReader)
  properties: {
    principalId: connectorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

resource keepCatalog 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: catalog
  name: guid(catalog.id, connectorPrincipalId, roles.storageBlobDataContributor)
  properties: {
    principalId: connectorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
  }
}

// Databricks hands its clusters short-lived tokens for one path each; to make them is a right of the account.
resource delegate 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, connectorPrincipalId, roles.storageBlobDelegator)
  properties: {
    principalId: connectorPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDelegator)
  }
}

output tables string = 'abfss://${tables.name}@${account.name}.dfs.${environment().suffixes.storage}'
output catalogStorage string = 'abfss://${catalog.name}@${account.name}.dfs.${environment().suffixes.storage}'
