/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * A line of an order.
 */
@Entity
public class OrderLine {

	@Id
	@GeneratedValue
	private @Nullable Long id;

	private String article = "";

	protected OrderLine() {
	}

	OrderLine(String article) {
		this.article = article;
	}

	public String getArticle() {
		return this.article;
	}

}
