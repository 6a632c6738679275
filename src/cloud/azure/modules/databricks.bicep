// The workspace, and the identity by which its catalog reaches the lake and the topic. Unity Catalog needs Premium.
param name string
param location string
param tags object

resource connector 'Microsoft.Databricks/accessConnectors@2024-05-01' = {
  name: '${name}-connector'
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
}

resource workspace 'Microsoft.Databricks/workspaces@2024-05-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'premium'
  }
  properties: {
    managedResourceGroupId: subscriptionResourceId('Microsoft.Resources/resourceGroups', '${resourceGroup().name}-${name}')
    publicNetworkAccess: 'Enabled'
    requiredNsgRules: 'AllRules'
    defaultCatalog: {
      initialType: 'UnityCatalog'
    }
    // Clusters have no address of their own in the internet.
    parameters: {
      enableNoPublicIp: {
        value: true
      }
    }
  }
}

output connectorId string = connector.id
output connectorPrincipalId string = connector.identity.principalId
output url string = 'https://${workspace.properties.workspaceUrl}'
