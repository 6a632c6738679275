// What settings call keyvault:NAME. Roles decide who reads; nothing is gone at once.
import { principal, roles } from 'roles.bicep'

@minLength(3)
@maxLength(24)
param name string
param location string
param tags object
param addresses string[]
param readers principal[]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      family: 'A'
      name: 'standard'
    }
    tenantId: tenant().tenantId
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      // Deployments are let in: they write the connection string of Application Insights.
      bypass: 'AzureServices'
      defaultAction: empty(addresses) ? 'Allow' : 'Deny'
      ipRules: [for address in addresses: { value: address }]
    }
  }
}

resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for reader in readers: {
    scope: vault
    name: guid(vault.id, reader.id, roles.keyVaultSecretsUser)
    properties: {
      principalId: reader.id
      principalType: reader.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    }
  }
]

output name string = vault.name
