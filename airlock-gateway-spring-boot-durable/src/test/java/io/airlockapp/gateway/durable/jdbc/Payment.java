package io.airlockapp.gateway.durable.jdbc;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * Entity of the application.
 */
@Entity
class Payment {

	@Id
	private String id;

	protected Payment() {
	}

	Payment(String id) {
		this.id = id;
	}

	String getId() {
		return this.id;
	}

}
