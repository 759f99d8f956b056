/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import org.jspecify.annotations.Nullable;

/**
 * An order, whose lines are loaded when somebody looks at them.
 */
@Entity
public class CustomerOrder {

	@Id
	@GeneratedValue
	private @Nullable Long id;

	@OneToMany(cascade = CascadeType.ALL)
	private List<OrderLine> lines = new ArrayList<>();

	protected CustomerOrder() {
	}

	CustomerOrder(OrderLine... lines) {
		this.lines.addAll(List.of(lines));
	}

	public @Nullable Long getId() {
		return this.id;
	}

	public List<OrderLine> getLines() {
		return this.lines;
	}

}
