package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.SchemaInitialization;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the store for pairings.
 */
@ConfigurationProperties("airlock.gateway.pairing.store")
class AirlockPairingStoreProperties {

	/**
	 * Where pairings are kept.
	 */
	private Type type = Type.PROPERTIES;

	/**
	 * Directory of a store of type 'file', made if there is none, for the application's
	 * user alone.
	 */
	private @Nullable String path;

	/**
	 * Key that encrypts what a store of type 'file' or 'jdbc' keeps: 32 bytes as base64
	 * or base64url.
	 */
	private @Nullable String key;

	/**
	 * Whether to create the table of a store of type 'jdbc'.
	 */
	private SchemaInitialization initializeSchema = SchemaInitialization.EMBEDDED;

	public Type getType() {
		return this.type;
	}

	public void setType(Type type) {
		this.type = type;
	}

	public @Nullable String getPath() {
		return this.path;
	}

	public void setPath(@Nullable String path) {
		this.path = path;
	}

	public @Nullable String getKey() {
		return this.key;
	}

	public void setKey(@Nullable String key) {
		this.key = key;
	}

	public SchemaInitialization getInitializeSchema() {
		return this.initializeSchema;
	}

	public void setInitializeSchema(SchemaInitialization initializeSchema) {
		this.initializeSchema = initializeSchema;
	}

	enum Type {

		/**
		 * In the properties of the pairing, which the application only reads.
		 */
		PROPERTIES,

		/**
		 * In a directory of this machine.
		 */
		FILE,

		/**
		 * In the application's database, shared by its instances.
		 */
		JDBC

	}

}
